"""The topic as a contract: what clients that know nothing of Almanac read from it is what the API tells."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nodes import Cluster
from topics import messages

SDK = Path(__file__).parent / "sdk"
VENV = Path(__file__).parents[2] / "build/cloudevents-sdk"


@pytest.fixture(scope="module")
def node(tmp_path_factory, brokers):
    """One node with a history of every kind of event that requests make, on a topic of its own."""
    cluster = Cluster(tmp_path_factory.mktemp("contract"), brokers)
    cluster.add()
    node = cluster.await_owner()
    node.topic, node.bootstrap = cluster.topic, brokers.bootstrap
    make_history(node)
    yield node
    cluster.stop()


def make_history(node):
    parent, other = node.system_model("atlas")["id"], node.system_model("bo\u00e9", displayName="Bo\u00e9 \U0001f600 \"q\"")["id"]
    rows = [{"provider": "p", "modelName": f"m{n}", "displayName": "M", "contextWindow": 1000} for n in range(3)]
    for tenant in ("acme", "rival"):
        own = node.user_model(parent, f"Of {tenant}", node.token(tenant), metadata={"n": 1.50, "text": "\u00fc\n"})["id"]
        for method, path, body in (("PATCH", own, {"displayName": "Renamed"}), ("PATCH", own, {"enabled": False}),
                                   ("PATCH", own, {"enabled": True}), ("PATCH", own, {"parentModelId": other}),
                                   ("PUT", f"{own}/deprecation", {"endOfLifeAt": "2999-01-01T00:00:00Z"}),
                                   ("DELETE", f"{own}/deprecation", None),
                                   ("PUT", f"{own}/deprecation", {"endOfLifeAt": "2020-01-01T00:00:00Z"}),
                                   ("DELETE", f"{own}/deprecation", None), ("DELETE", own, None)):
            answer = node.request(method, f"/v1/models/{path}", body, node.token(tenant), headers={"Almanac-Reason": "because"})
            assert answer.status in (200, 204), answer
    for body in ({"creditMultiplier": 2}, {"creditMultiplier": 3, "effectiveAt": "2999-01-01T00:00:00Z"},
                 {"creditMultiplier": 4, "effectiveAt": "2999-01-02T00:00:00Z"}):
        assert node.request("PUT", f"/v1/models/{parent}/pricing", body, node.operator()).status == 200
    imported = node.request("POST", "/v1/models/catalog/imports", {"mode": "apply", "rows": rows}, node.operator()).json()
    assert node.request("POST", f"/v1/models/catalog/imports/{imported['batchId']}/revert", {}, node.operator()).status == 200


def told(node, limit=7):
    """All events as GET /v1/events tells whoever may see all, page by page."""
    events, after = [], None
    while True:
        page = node.get(f"/v1/events?limit={limit}" + (f"&after={after}" if after is not None else ""), node.operator())
        assert page.status == 200, page
        events += page.json()
        after = page.headers["Almanac-Read-To"]
        if "Link" not in page.headers:
            return events


def attributes_of(event):
    """Of an event as the API tells it, those that it has in the topic."""
    return {name: value for name, value in event.items() if name not in ("data", "hash")}


def kinds(events):
    return {event["type"].split(".")[2] for event in events}


def test_kcat_reads_the_same_events_as_the_api_tells(node):
    done = subprocess.run(["kcat", "-C", "-b", node.bootstrap, "-t", node.topic, "-o", "beginning", "-e", "-J", "-q",
                           "-X", "isolation.level=read_committed"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done
    read = []
    for line in done.stdout.splitlines():
        message = json.loads(line)
        headers = dict(zip(message["headers"][::2], message["headers"][1::2]))
        assert headers["ce_partitionkey"] == message["key"] and headers["content-type"] == "application/json"
        attributes = {name.removeprefix("ce_"): text for name, text in headers.items() if name.startswith("ce_")}
        attributes.pop("idempotencykey", None)
        read.append(attributes | {"datacontenttype": headers["content-type"], "data": json.loads(message["payload"])})
    events = told(node)
    assert read == [attributes_of(event) | {"data": event["data"]} for event in events]
    assert len(kinds(events)) == 14, kinds(events)  # all but LogSealed
    print(f"kcat: {len(read)} records of {len(kinds(events))} types, first {read[0]['id']} {read[0]['type']}\n"
          f"kcat: last {read[-1]['id']} {read[-1]['type']}, each with the id, type, attributes and data of GET /v1/events")


@pytest.fixture(scope="module")
def sdk():
    """A Python with the CloudEvents SDK, which is no Debian package, in a venv under build/. Skips where PyPI is out of reach."""
    python = VENV / "bin/python3"
    wanted = SDK / "requirements.txt"
    complete = VENV / "complete"
    if not complete.exists() or complete.read_text() != wanted.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--system-site-packages", VENV], check=True)
        got = subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--requirement", wanted],
                             capture_output=True, text=True)
        if "Failed to establish a new connection" in got.stderr or "Name or service not known" in got.stderr:
            pytest.skip(f"the CloudEvents SDK cannot be fetched: PyPI is out of reach: {got.stderr.strip().splitlines()[-1]}")
        assert got.returncode == 0, got.stderr
        complete.write_text(wanted.read_text())
    return python


def test_the_cloudevents_sdk_reads_the_same_events_as_the_api_tells(node, sdk):
    done = subprocess.run([sdk, SDK / "read_topic.py", node.bootstrap, node.topic], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    read = [json.loads(line) for line in done.stdout.splitlines()]
    for event in read:
        event["attributes"].pop("idempotencykey", None)
    events = told(node)
    assert [event["attributes"] for event in read] == [attributes_of(event) for event in events]
    assert [event["data"] for event in read] == [event["data"] for event in events]
    print(f"SDK: {len(read)} CloudEvents by cloudevents.kafka.from_binary, first {read[0]['attributes']['id']}\n"
          f"SDK: last {read[-1]['attributes']['id']}, attributes and data equal to GET /v1/events")


class Stream(threading.Thread):
    """Reads /v1/events/stream behind position 0, for as long as the node answers."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.ids = []
        self.link = node.connection()
        self.link.request("GET", "/v1/events/stream?after=0", headers={"Authorization": f"Bearer {node.operator()}"})
        self.answer = self.link.getresponse()
        assert self.answer.status == 200
        self.start()

    def run(self):
        for line in self.answer:
            if line.startswith(b"data: "):
                self.ids.append(json.loads(line[6:])["id"])

    def ids_up_to(self, last):
        end = time.monotonic() + 60
        while last not in self.ids:
            assert time.monotonic() < end and self.is_alive(), "the stream does not tell of it"
            time.sleep(0.02)
        return list(self.ids)


def test_pages_stream_and_topic_are_one_sequence_of_ids(node):
    stream = Stream(node)  # replay, then live
    parent = node.system_model("live")["id"]
    for number in range(30):
        node.user_model(parent, f"Live {number}")
    by_pages = [event["id"] for event in told(node)]
    by_stream = stream.ids_up_to(by_pages[-1])
    by_topic = [dict(message.headers())["ce_id"].decode() for message in messages(node.bootstrap, node.topic)]
    assert by_pages == by_topic
    assert by_stream == by_pages[1:], "position 0, behind which the stream began, is not in it"
    assert len(by_pages) == len(set(by_pages)) > 60
    print(f"{len(by_pages)} ids by pages and by topic, {len(by_stream)} behind position 0 by the stream: one sequence")
