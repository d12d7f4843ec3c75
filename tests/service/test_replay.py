"""Read models are built anew from the log: at a start without them, beside a running node, and by hand."""

import json
import shutil
import signal
import threading


from running_node import Node
from starts import lines
from waiting import wait_until


def rows(number, name):
    return [{"externalKey": f"model-{i}", "provider": "northwind", "modelName": f"m{i}", "displayName": f"{name} {i}",
             "contextWindow": 1000, "maxTokensPerRequest": 100, "creditMultiplier": 1} for i in range(number)]


def fill(node, number=5000, rounds=2):
    for i in range(rounds):
        answer = node.request("POST", "/v1/models/catalog/imports", {"mode": "apply", "rows": rows(number, f"Round {i}")},
                              node.operator())
        assert answer.status == 200, answer
        assert answer.json()["counts"]["rejected"] == 0, answer.json()["rows"][0]


def said(node, message):
    return [line for line in lines(node) if line["message"] == message]


def starting(node):
    """Starts and returns the address at once, while the log is read."""
    before = len(said(node, "listening"))
    thread = threading.Thread(target=node.start)
    thread.start()
    wait_until(lambda: len(said(node, "listening")) > before)
    node.process.send_signal(signal.SIGSTOP)
    node.address = said(node, "listening")[-1]["address"]
    return thread


def asked_while_it_starts(node, token, paths):
    """Answers to requests that wait at the door while the node is held still, early in its replay."""
    shutil.rmtree(node.directory / "data/read-models")
    thread = starting(node)
    links = [node.connection() for _ in paths]
    for link, path in zip(links, paths):
        link.connect()
        link.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    node.process.send_signal(signal.SIGCONT)
    answers = [(got.status, got.headers, got.read()) for got in (link.getresponse() for link in links)]
    thread.join()
    return answers


def test_while_the_log_is_read_health_answers_and_everything_else_is_asked_to_wait(tmp_path):
    node = Node(tmp_path).start()
    token = node.token()
    for number in (1000, 4000, 9000):  # a fast machine reads a short log before it can be asked
        fill(node, number)
        node.stop()
        readyz, livez, models, metrics = asked_while_it_starts(
            node, token, ["/readyz", "/livez", "/v1/models", "/metrics"])
        if [readyz[0], models[0], metrics[2].count(b"almanac_serving_reads 0")] == [503, 503, 1]:
            break
    assert readyz[0] == 503
    state = json.loads(readyz[2])
    assert not state["reads"]["ready"] and "the log is being read" in state["reads"]["reasons"][0]
    assert livez[0] == 200
    assert models[0] == 503 and int(models[1]["Retry-After"]) > 0
    assert "/readyz" in json.loads(models[2])["detail"]
    assert metrics[0] == 200 and b"almanac_serving_reads 0" in metrics[2]
    assert node.request("GET", "/readyz").status == 200
    assert node.get("/v1/models", token).status == 200
    assert "almanac_serving_reads 1" in node.request("GET", "/metrics").body.decode()
    assert node.stop() == 0


def test_a_rebuild_beside_a_running_node_reports_and_a_stopped_one_is_swapped_with_the_same_digest(node):
    fill(node, 50)
    running = json.loads(node.run("digest"))
    beside = json.loads(node.run("rebuild", "--output", "json"))
    assert beside["equal"] is True and beside["swapped"] is False
    assert beside["digest"] == running["digest"]
    assert node.get("/v1/models").status == 200
    node.stop()
    before = json.loads(node.run("digest"))
    swapped = json.loads(node.run("rebuild", "--output", "json"))
    assert swapped["equal"] is True and swapped["swapped"] is True and swapped["digest"] == before["digest"]
    assert json.loads(node.run("digest")) == before
    shutil.rmtree(node.directory / "data/read-models")
    from_nothing = json.loads(node.run("rebuild", "--output", "json"))
    assert from_nothing["swapped"] is True and from_nothing["present"] is None
    assert json.loads(node.run("digest"))["digest"] == before["digest"]
    node.start()
    assert node.get("/v1/models/catalog").json()["items"]
    node.stop()


def test_damaged_read_models_are_set_aside_and_built_anew(node):
    model = node.system_model()["id"]
    node.stop()
    before = json.loads(node.run("digest"))
    for file in (node.directory / "data/read-models").rglob("*"):
        if file.is_file() and file.name.startswith(("MANIFEST", "CURRENT")):
            file.write_bytes(b"\xff" * 64)
    node.start()
    assert node.get(f"/v1/models/{model}").status == 200
    assert any("set aside" in line["message"] for line in lines(node))
    node.stop()
    assert int(json.loads(node.run("digest"))["position"]) > int(before["position"])
    assert json.loads(node.run("rebuild", "--output", "json"))["equal"] is True
