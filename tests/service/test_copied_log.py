"""`almanac log import --copy`, then `almanac serve` on it: two logs that go on, each under an id of its own."""

import json

import pytest

from running_node import Node


def records(node):
    return [json.loads(line) for line in node.get("/v1/log", node.operator()).body.splitlines()]


@pytest.fixture
def copied(node, tmp_path):
    """(the original, a node on the copy, what the original's log was when it was exported)"""
    node.parent = node.system_model()["id"]
    node.own = node.user_model(node.parent)["id"]
    export = tmp_path / "export.jsonl"
    node.run("log", "export", export)
    told = records(node)
    place = tmp_path / "elsewhere"
    place.mkdir()
    copy = Node(place)
    refused = copy.run("log", "import", export, check=False)
    assert refused.returncode == 1 and "--copy" in refused.stderr
    copy.run("log", "import", "--copy", export)
    copy.start()
    yield node, copy, told
    copy.stop()


def test_a_copy_keeps_every_position_and_hash_and_goes_on_under_a_new_id_that_its_first_claim_names(copied):
    _, copy, told = copied
    head, *mine = records(copy)
    assert mine[:len(told) - 1] == told[1:]
    claim = mine[len(told) - 1]
    assert claim["headers"]["ce_type"] == "dev.almanac.WriterClaimed.v1"
    assert json.loads(claim["value"])["logId"] == head["logId"] != told[0]["logId"]
    assert {record["headers"]["ce_source"] for record in told[1:]} == {f"/almanac/{told[0]['logId']}"}
    assert {record["headers"]["ce_source"] for record in mine[len(told) - 1:]} == {f"/almanac/{head['logId']}"}


def test_models_and_events_of_the_original_are_read_at_the_copy_and_new_ones_bear_its_source(copied):
    node, copy, told = copied
    assert copy.get(f"/v1/models/{node.own}").json() == node.get(f"/v1/models/{node.own}").json()
    made = copy.user_model(node.parent, "Made at the copy")["id"]
    assert node.get(f"/v1/models/{made}").status == 404
    reader = "models:read events:read"
    old, new = ([event for event in each.get("/v1/events", each.token("acme", reader)).json()] for each in (node, copy))
    assert new[:len(old)] == old and [event["subject"] for event in new[len(old):]] == [made]
    assert new[-1]["source"] == f"/almanac/{records(copy)[0]['logId']}" != old[-1]["source"]


def test_both_logs_are_proved_and_a_place_of_one_is_not_taken_for_a_place_of_the_other(copied):
    node, copy, told = copied
    node.user_model(node.parent, "Made at the original")
    copy.user_model(node.parent, "Made at the copy")
    proofs = [json.loads(each.run("verify", "--url", f"http://{each.address}")) for each in (node, copy)]
    assert proofs[0]["logId"] == told[0]["logId"] != proofs[1]["logId"]
    foreign = records(node)[len(told)]
    place = f"{foreign['position']}.{foreign['hash'][:16]}"
    reader = copy.token("acme", "models:read events:read")
    assert copy.get(f"/v1/events?after={place}", reader).status == 409
    shared = told[-1]
    assert copy.get(f"/v1/events?after={shared['position']}.{shared['hash'][:16]}", reader).status == 200


def test_the_copy_starts_again_and_its_read_models_are_what_its_log_says(copied):
    node, copy, _ = copied
    made = copy.user_model(node.parent, "Made at the copy")["id"]
    copy.restart()
    assert copy.get(f"/v1/models/{made}").status == 200
    copy.stop()
    assert json.loads(copy.run("rebuild"))["equal"]
