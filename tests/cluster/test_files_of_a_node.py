"""The commands on a node's files work on the copy that a node on Kafka keeps, beside it and when it has stopped."""

import json

from running_node import Node


def verdict(node, *command):
    done = node.run(*command, check=False)
    assert done.returncode == 0, done
    return json.loads(done.stdout)


def test_a_nodes_copy_is_proved_exported_rebuilt_and_brought_back_as_a_log(cluster, tmp_path):
    owner = cluster.await_owner()
    parent = owner.system_model()
    for number in range(20):
        last = owner.request("POST", "/v1/models", {"parentModelId": parent["id"], "displayName": f"M {number}"}, owner.token())
        assert last.status == 201, last
    at = last.headers["Almanac-Position"]
    exports = []
    for node in cluster.nodes:
        assert node.get(last.headers["Location"], headers={"Almanac-Min-Position": at}).status == 200
        proved = verdict(node, "verify")
        assert proved["position"] == at and proved == json.loads(node.run("verify", "--url", f"http://{node.address}"))
        node.run("log", "export", node.directory / "export")
        exports.append((node.directory / "export").read_bytes())
        rebuilt = verdict(node, "rebuild")
        assert rebuilt["equal"] and not rebuilt["swapped"] and rebuilt["position"] == at
    assert exports[0] == exports[1] == exports[2]

    replica = next(node for node in cluster.nodes if node is not owner)
    assert replica.stop() == 0
    assert verdict(replica, "verify") == proved
    rebuilt = verdict(replica, "rebuild")
    assert rebuilt["equal"] and rebuilt["swapped"] and rebuilt["position"] == at
    replica.start()
    assert replica.get(last.headers["Location"]).body == last.body
    assert "set aside" not in replica.log_text()

    alone = Node(tmp_path / "alone")
    alone.directory.mkdir()
    alone.run("log", "import", "--copy", owner.directory / "export")
    alone.start()
    try:
        assert alone.get(last.headers["Location"]).body == last.body
    finally:
        alone.stop()


def test_a_topic_is_neither_sealed_nor_imported_into(cluster):
    node = cluster.await_owner()
    sealed = node.run("log", "export", "--seal", node.directory / "export", check=False)
    assert sealed.returncode == 1 and "which cannot be sealed" in sealed.stderr and "--seal" in sealed.stderr
    node.run("log", "export", node.directory / "export")
    node.stop()
    taken = node.run("log", "import", "--copy", node.directory / "export", check=False)
    assert taken.returncode == 1 and "follows a topic" in taken.stderr, taken
