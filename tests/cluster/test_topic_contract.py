"""The topic as a contract: what clients that know nothing of Almanac read from it is what the API tells."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nodes import Cluster
from readers import Stream, attributes_of, by_kcat, told
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


def kinds(events):
    return {event["type"].split(".")[2] for event in events}


def test_kcat_reads_the_same_events_as_the_api_tells(node):
    read = by_kcat(node.bootstrap, node.topic)
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


def test_pages_stream_and_topic_are_one_sequence_of_ids(node):
    stream = Stream(node)  # replay, then live
    parent = node.system_model("live")["id"]
    for number in range(30):
        node.user_model(parent, f"Live {number}")
    by_pages = [event["id"] for event in told(node)]
    by_stream = [event["id"] for _, event in stream.up_to(by_pages[-1])]
    by_topic = [dict(message.headers())["ce_id"].decode() for message in messages(node.bootstrap, node.topic)]
    assert by_pages == by_topic
    assert by_stream == by_pages[1:], "position 0, behind which the stream began, is not in it"
    assert len(by_pages) == len(set(by_pages)) > 60
    print(f"{len(by_pages)} ids by pages and by topic, {len(by_stream)} behind position 0 by the stream: one sequence")
