"""What a node logs of the requests that it answers: at debug every one, at info those that are its own fault."""

import pytest

from running_node import Node
from starts import lines
from waiting import wait_until

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def telling(tmp_path):
    node = Node(tmp_path, {"log.level": "debug"}).start()
    yield node
    node.stop()


def answered(node, **wanted):
    """The one access line with these fields; waits for it, since lines are written behind the answers."""
    def found():
        return [line for line in lines(node) if line["message"] == "answered"
                and all(line.get(name) == value for name, value in wanted.items())]
    wait_until(found)
    assert len(found()) == 1, found()
    return found()[0]


def test_an_answer_is_a_line_with_who_what_and_how_long(telling):
    got = telling.get("/v1/models?limit=7&q=secret-search", headers={"traceparent": TRACE})
    assert got.status == 200
    line = answered(telling, traceparent=TRACE)
    assert line["level"] == "debug"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/models", "200")
    assert line["operation"] == "listModels" and line["organization"] == "acme"
    assert int(line["took_us"]) >= 0 and line["request"]
    assert "reason" not in line
    assert "secret-search" not in telling.log_text()


def test_answers_from_the_cache_are_lines_too(telling):
    model = telling.system_model()["id"]
    for _ in range(3):
        assert telling.get(f"/v1/models/{model}").status == 200
    ours = lambda: [line for line in lines(telling) if line.get("path") == f"/v1/models/{model}"]
    wait_until(lambda: len(ours()) == 3)
    assert {(line["operation"], line["organization"], line["status"]) for line in ours()} == {("getModel", "acme", "200")}


def test_a_write_is_a_line_with_its_status(telling):
    model = telling.system_model()["id"]
    line = answered(telling, operation="createSystemModel")
    assert line["status"] == "201" and line["organization"] == "operators"
    refused = telling.request("POST", "/v1/models", {"parentModelId": model, "displayName": ""}, telling.token())
    assert refused.status == 422
    assert answered(telling, operation="createModel", status="422")["reason"]


@pytest.mark.parametrize("path, operation", [(f"/v1/models/{NOBODY}", "getModel"), ("/v1/nothing", "none")])
def test_a_404_is_a_line_whoever_says_it(telling, path, operation):
    missed = telling.get(path)
    assert missed.status == 404
    line = answered(telling, path=path)
    assert missed.json()["instance"].endswith(line["request"])
    assert line["status"] == "404" and line["operation"] == operation and line["reason"]


def test_a_refused_token_is_a_line_with_a_reason_that_its_holder_does_not_hear(telling):
    head, claims, signature = telling.token().split(".")
    forged = f"{head}.{claims}.{signature[:-8]}AAAAAAAA"
    refused = telling.get("/v1/models", forged)
    assert refused.status == 401 and refused.json()["detail"] == "Invalid or expired token."
    line = answered(telling, path="/v1/models", status="401")
    assert "signature" in line["reason"] and "organization" not in line
    early = telling.request("POST", "/v1/models", b"x" * 100_000, "no.token.here")
    assert early.status == 401
    assert answered(telling, method="POST", status="401")["operation"] == "createModel"
    for token in (forged, telling.token(), "no.token.here"):
        assert token not in telling.log_text() and token.split(".")[-1] not in telling.log_text()


def test_a_request_that_is_no_http_is_a_line(telling):
    link = telling.connection()
    link.connect()
    link.sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
    assert link.sock.recv(100).startswith(b"HTTP/1.1 400 ")
    assert answered(telling, status="400")["reason"]


def test_bodies_and_prompts_never_reach_the_log(telling):
    body = {"parentModelId": NOBODY, "displayName": "whispered", "systemPrompt": "whispered", "whispered": 1}
    assert telling.request("POST", "/v1/models", body, telling.token()).status == 422
    assert telling.request("POST", "/v1/models", b'{"whispered', telling.token()).status == 400
    answered(telling, status="400", operation="createModel")
    assert "whispered" not in telling.log_text()


def test_at_info_an_answered_request_is_no_line(node):
    model = node.system_model()["id"]
    node.get(f"/v1/models/{model}")
    node.get("/v1/models", "no-token")
    node.stop()
    assert not [line for line in lines(node) if line["message"] == "answered"]
