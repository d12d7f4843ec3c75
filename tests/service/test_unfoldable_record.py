"""A node that meets a record which it cannot fold: what was folded before is served, and nothing is skipped."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from running_node import BINARY
from starts import lines

RECORD_WRITER = Path(BINARY).parent / "tests/record_writer"


def write_record(node, record):
    """Its position. As a newer build would have left it: the chain is whole, only the meaning is not known here."""
    done = subprocess.run([RECORD_WRITER, node.directory / "data/log"], input=json.dumps(record), text=True,
                          capture_output=True, check=True)
    return int(done.stdout)


@pytest.fixture
def from_the_future(node):
    """A node that was started again over an event of a type that it does not know."""
    node.parent = node.system_model()["id"]
    node.own = node.user_model(node.parent)["id"]
    last = json.loads(node.get("/v1/log", node.operator()).body.splitlines()[-1])
    node.stop()
    painted = last | {"headers": last["headers"] | {"ce_type": "dev.almanac.ModelPainted.v1",
                                                    "ce_dataschema": "urn:almanac:schema:ModelPainted:v1"}}
    node.stopped_at = write_record(node, painted)
    node.start()
    return node


def test_what_was_folded_before_is_served_and_writes_are_refused_with_the_place(from_the_future):
    node = from_the_future
    assert node.get(f"/v1/models/{node.own}").json()["displayName"] == "Support"
    answer = node.get("/v1/models")
    assert answer.status == 200 and answer.headers["Almanac-Position"] == str(node.stopped_at - 1)
    refused = node.request("POST", "/v1/models", {"parentModelId": node.parent, "displayName": "More"}, node.token())
    assert refused.status == 503 and int(refused.headers["Retry-After"]) > 0
    assert refused.json()["outcome"] == "not_applied"
    assert f"folding stopped at position {node.stopped_at}" in refused.json()["detail"]
    assert [model["id"] for model in node.get("/v1/models").json()["items"]] == [node.own]


def test_readyz_and_the_log_say_where_and_what_to_do(from_the_future):
    node = from_the_future
    ready = node.request("GET", "/readyz")
    assert ready.status == 200, "reads are served"
    state = ready.json()
    assert state["status"] == "reads only" and state["reads"]["ready"] and not state["writes"]["ready"]
    assert f"folding stopped at position {node.stopped_at}" in state["writes"]["reasons"][0]
    assert "ModelPainted" in state["writes"]["reasons"][0]
    said = [line for line in lines(node) if line["level"] == "error"]
    assert len(said) == 1 and said[0]["mend"]
    assert f"reads alone are served: folding stopped at position {node.stopped_at}" in said[0]["message"]
    assert node.request("GET", "/livez").status == 200
    assert node.stop() == 0


def test_readers_of_events_get_what_was_folded_and_wait_there(from_the_future):
    node = from_the_future
    reader = node.token("acme", "models:read events:read")
    answer = node.get("/v1/events?limit=1000", reader)
    assert [event["subject"] for event in answer.json()] == [node.parent, node.own]
    assert answer.headers["Almanac-Read-To"] == str(node.stopped_at - 1) and "Link" not in answer.headers
    link = node.connection()
    link.request("GET", "/v1/events/stream?after=0", headers={"Authorization": f"Bearer {reader}"})
    stream = link.getresponse()
    seen = b""
    while seen.count(b"\ndata: ") < 2:
        seen += stream.readline()
    link.close()
    assert b"ModelPainted" not in seen


def test_the_commands_on_its_files_name_the_place(from_the_future):
    node = from_the_future
    node.stop()
    proof = node.run("verify", check=False)
    assert proof.returncode == 1 and f"the first bad position is {node.stopped_at}" in proof.stderr
    shutil.rmtree(node.directory / "data/read-models")
    rebuilt = node.run("rebuild", check=False)
    assert rebuilt.returncode == 1 and f"folding stopped at position {node.stopped_at}" in rebuilt.stderr
    node.start()
    assert node.get(f"/v1/models/{node.own}").status == 200, "built anew up to there"
