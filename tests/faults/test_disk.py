"""A disk that is nearly full: writes are refused before they reach the log, reads go on, and it resumes by itself."""

from running_node import Node

MIB = 1 << 20


def test_writes_stop_before_the_disk_is_full_reads_go_on_and_it_resumes_by_itself(mounted):
    small_disk = mounted("disk", "size=400m")
    node = Node(small_disk, {"data.min_free_bytes": 200 * MIB}).start()
    try:
        parent = node.system_model()
        model = node.user_model(parent["id"])
        filler = small_disk / "filler"
        with open(filler, "wb") as out:
            out.write(b"\0" * (250 * MIB))
        body = {"parentModelId": parent["id"], "displayName": "Too late"}
        refused = wait_for(lambda: node.request("POST", "/v1/models", body, node.token()), lambda answer: answer.status == 503)
        assert refused.json()["outcome"] == "not_applied"
        assert int(refused.headers["Retry-After"]) > 0
        assert "free" in refused.json()["detail"]
        assert node.get(f"/v1/models/{model['id']}").status == 200
        readiness = node.request("GET", "/readyz")
        assert readiness.status == 503 or "free" in readiness.body.decode()
        filler.unlink()
        resumed = wait_for(lambda: node.request("POST", "/v1/models", body, node.token()), lambda answer: answer.status == 201)
        assert resumed.json()["displayName"] == "Too late"
    finally:
        node.stop()


def wait_for(ask, good, tries=200):
    for _ in range(tries):
        answer = ask()
        if good(answer):
            return answer
    raise AssertionError(f"still {answer}")
