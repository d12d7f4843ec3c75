"""Somebody else writes to the topic: every node says where it stopped, serves what came before, and writes no more."""

import json
import subprocess

import pytest

from waiting import wait_until


def put(cluster, sequence, previous, epoch=1):
    """A record with the envelope of an event, which no node wrote."""
    head = cluster.nodes[0].request("GET", "/v1/log?limit=1", token=cluster.nodes[0].operator()).body.splitlines()[0]
    headers = {"ce_sequence": f"{sequence:020d}", "ce_epoch": str(epoch), "ce_prevhash": previous,
               "ce_source": "/almanac/" + json.loads(head)["logId"]}
    command = ["kcat", "-P", "-b", cluster.brokers.bootstrap, "-t", cluster.topic, "-p", "0", "-k", "log"]
    for name, value in headers.items():
        command += ["-H", f"{name}={value}"]
    subprocess.run(command, input="{}", text=True, check=True, timeout=30)


def await_ready(cluster, node, good, wait=20):
    def ready():
        told = cluster.ready(node)
        return told if good(told) else None

    return wait_until(ready, wait, lambda: cluster.ready(node))


def test_a_gap_in_the_topic_stops_every_node_there_and_what_came_before_is_served(cluster):
    owner = cluster.await_owner()
    parent = owner.system_model()
    made = owner.request("POST", "/v1/models", {"parentModelId": parent["id"], "displayName": "before"}, owner.token())
    position = int(made.headers["Almanac-Position"])
    put(cluster, position + 5, "0" * 64)
    where = f"position {position + 5} comes where {position + 1} should be, which is missing"
    for node in cluster.nodes:
        ready = await_ready(cluster, node, lambda ready: not ready["writes"]["ready"])
        assert ready["role"] == "replica" and where in ready["writes"]["reasons"][0], ready
        refused = node.request("POST", "/v1/models", {"parentModelId": parent["id"], "displayName": "after"}, node.token())
        assert refused.status == 503 and refused.json()["outcome"] == "not_applied", refused
        assert where in refused.json()["detail"] and refused.headers["Retry-After"], refused
        assert node.get(made.headers["Location"]).body == made.body
        assert "folding stopped; reads alone are served" in node.log_text() and where in node.log_text()
    await_ready(cluster, owner, lambda ready: not ready["reads"]["ready"], wait=60)


def test_a_node_that_starts_on_a_damaged_topic_says_where_and_what_to_do(cluster):
    owner = cluster.await_owner()
    position = int(owner.request("GET", "/v1/models", token=owner.token()).headers["Almanac-Position"])
    put(cluster, position + 5, "0" * 64)
    node = next(node for node in cluster.nodes if node is not owner)
    await_ready(cluster, node, lambda ready: not ready["writes"]["ready"])
    node.stop()
    with pytest.raises(AssertionError, match="ended with 1"):
        node.start()
    said = node.log_text().splitlines()[-1]
    assert "cannot start: the topic" in said and f"position {position + 5} comes where" in said and "mend" in said


def test_a_foreign_record_is_set_aside_counted_and_told(cluster):
    owner = cluster.await_owner()
    parent = owner.system_model()
    command = ["kcat", "-P", "-b", cluster.brokers.bootstrap, "-t", cluster.topic, "-p", "0", "-k", "somebody"]
    subprocess.run(command, input="hello", text=True, check=True, timeout=30)
    made = owner.request("POST", "/v1/models", {"parentModelId": parent["id"], "displayName": "behind it"}, owner.token())
    assert made.status == 201, made
    for node in cluster.nodes:
        here = node.get(made.headers["Location"], headers={"Almanac-Min-Position": made.headers["Almanac-Position"]})
        assert here.status == 200, here
        assert any("somebody else writes to the topic: 1 foreign" in note for note in cluster.ready(node)["notes"])
        metrics = node.request("GET", "/metrics").body.decode()
        assert 'almanac_log_set_aside_total{kind="foreign"} 1' in metrics


def test_a_record_that_cannot_be_folded_stops_every_node_there_and_what_came_before_is_served(cluster):
    owner = cluster.await_owner()
    parent = owner.system_model()
    made = owner.request("POST", "/v1/models", {"parentModelId": parent["id"], "displayName": "before"}, owner.token())
    position = int(made.headers["Almanac-Position"])
    log = owner.request("GET", f"/v1/log?after={position - 1}", token=owner.operator()).body.splitlines()
    put(cluster, position + 1, json.loads(log[-1])["hash"], cluster.ready(owner)["epoch"])
    refused = owner.request("POST", "/v1/models", {"parentModelId": parent["id"], "displayName": "after"}, owner.token())
    assert refused.status == 503 and refused.json()["outcome"] == "not_applied", refused
    for node in cluster.nodes:
        ready = await_ready(cluster, node, lambda ready: "cannot be folded" in repr(ready["writes"]["reasons"]))
        assert ready["reads"]["ready"] and ready["role"] == "replica", ready
        refused = node.request("POST", "/v1/models", {"parentModelId": parent["id"], "displayName": "after"}, node.token())
        assert refused.status == 503 and refused.json()["outcome"] == "not_applied", refused
        assert node.get(made.headers["Location"]).body == made.body
        assert f'"position":"{position + 1}"' in node.log_text(), node.log_text()
