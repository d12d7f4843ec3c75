"""The readers of Almanac that are no API clients: history, pages, the stream, the raw log, and the verbs for them."""

import hashlib
import json
import subprocess
import threading
import os

import pytest
from running_node import BINARY

READER = "models:read events:read"


@pytest.fixture
def story(node):
    parent = node.system_model()["id"]
    own = node.user_model(parent)["id"]
    rival = node.user_model(parent, "Secret", node.token("rival"))["id"]
    answer = node.request("PATCH", f"/v1/models/{own}", {"displayName": "Help"}, node.token(),
                          {"Almanac-Reason": "asked for", "Idempotency-Key": "k"})
    assert answer.status == 200, answer
    return {"parent": parent, "own": own, "rival": rival}


class Stream:
    """Frames of `/v1/events/stream`, read from the socket as they come."""

    def __init__(self, node, query="", token=None, headers=None):
        self.link = node.connection()
        self.link.request("GET", "/v1/events/stream" + query,
                          headers={"Authorization": f"Bearer {token or node.token('acme', READER)}"} | (headers or {}))
        self.answer = self.link.getresponse()
        assert self.answer.status == 200, self.answer.read()

    def frame(self):
        fields = {}
        while line := self.answer.readline():
            text = line.decode().rstrip("\n")
            if not text:
                return fields
            name, _, value = text.partition(": ")
            fields[name] = value
        return None

    def event(self):
        while (frame := self.frame()) is not None:
            if "data" in frame:
                assert frame["event"] == json.loads(frame["data"])["type"]
                return frame["id"], json.loads(frame["data"])
        return None


def ids(events):
    return [event["id"] for event in events]


def test_history_pages_stream_and_log_tell_the_same_story(node, story):
    token = node.token("acme", READER)
    pages = node.get("/v1/events", token).json()
    assert [event["subject"] for event in pages] == [story["parent"], story["own"], story["own"]]
    history = node.get(f"/v1/models/{story['own']}/events?expand[]=parent").json()["items"]
    assert history == pages
    stream = Stream(node, "?after=0")
    assert [stream.event()[1] for _ in pages] == pages
    lines = [json.loads(line) for line in node.get("/v1/log", node.operator()).body.splitlines()]
    assert lines[0]["almanac"] == "log"
    by_id = {record["headers"]["ce_id"]: record for record in lines[1:]}
    for event in pages:
        assert by_id[event["id"]]["hash"] == event["hash"]
        assert json.loads(by_id[event["id"]]["value"]) == event["data"]


def test_nothing_of_another_tenant_leaves(node, story):
    for path in ("/v1/events", f"/v1/events?modelId={story['rival']}", f"/v1/models/{story['parent']}/events"):
        body = node.get(path, node.token("acme", READER)).body.decode()
        assert "Secret" not in body and "rival" not in body and "idempotencykey" not in body
    assert node.get(f"/v1/models/{story['rival']}/events").status == 404


def test_a_reader_resumes_at_every_place_while_writers_write(node, story):
    token = node.token("acme", READER)

    def write():
        for number in range(30):
            node.user_model(story["parent"], f"During {number}")

    writer = threading.Thread(target=write)
    writer.start()
    seen, place = [], "0"
    while len(seen) < 33:
        stream = Stream(node, headers={"Last-Event-ID": place})
        for _ in range(3):
            place, event = stream.event()
            seen.append(event["id"])
            if len(seen) == 33:
                break
        stream.link.close()
    writer.join()
    assert seen == ids(node.get("/v1/events?limit=1000", token).json())


def test_a_stream_goes_on_over_a_restart(node, story):
    stream = Stream(node)
    place = stream.frame()["id"]
    node.restart()
    assert stream.event() is None
    made = node.user_model(story["parent"], "After")["id"]
    place, event = Stream(node, headers={"Last-Event-ID": place}).event()
    assert event["subject"] == made
    other = place.split(".")[0] + "." + hashlib.sha256(b"another log").hexdigest()[:16]
    refused = node.get("/v1/events/stream", node.token("acme", READER), headers={"Last-Event-ID": other})
    assert refused.status == 409 and "not the log that you read" in refused.json()["detail"]


def test_asyncapi_is_served_whole(node):
    contract = node.request("GET", "/asyncapi.json").json()
    assert contract["asyncapi"] == "3.0.0"
    assert '"events/' not in json.dumps(contract)
    created = contract["components"]["schemas"]["ModelCreated.v1"]
    assert created["$id"] == "urn:almanac:schema:ModelCreated:v1"


def test_the_events_verb_tells_and_follows(node, story):
    all_of_them = [json.loads(line) for line in node.run("events").splitlines()]
    kinds = [event["type"].split(".")[2] for event in all_of_them]
    assert kinds[:2] == ["LogCreated", "WriterClaimed"] and kinds[-1] == "ModelUpdated"
    updated = node.run("events", "--type", "ModelUpdated", "--output", "table")
    assert "displayName: Support -> Help" in updated and '"asked for"' in updated
    after = str(int(all_of_them[-2]["sequence"]))
    assert [json.loads(line) for line in node.run("events", "--after", after).splitlines()] == all_of_them[-1:]
    assert node.run("events", "--type", "Nonsense", check=False).returncode == 1
    environment = os.environ | {"ALMANAC_URL": f"http://{node.address}",
                                "ALMANAC_DATA_DIR": str(node.directory / "data")}
    with subprocess.Popen([BINARY, "events", "--follow", "--after", after], env=environment, text=True,
                          stdout=subprocess.PIPE) as follower:
        assert json.loads(follower.stdout.readline()) == all_of_them[-1]
        made = node.user_model(story["parent"], "Later")["id"]
        assert json.loads(follower.stdout.readline())["subject"] == made
        follower.terminate()


def test_the_history_verb_tells_who_changed_what_and_why(node, story):
    told = node.run("models", "history", story["own"], "--output", "table")
    assert [line.split()[2] for line in told.splitlines()] == ["ModelCreated", "ModelUpdated"]
    assert "Support -> Help" in told and "asked for" in told
    assert len(node.run("models", "history", story["own"], "--parents").splitlines()) == 3
    assert node.run("models", "history", story["rival"], check=False).returncode == 1
