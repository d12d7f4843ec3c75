"""What a client was told stays true over a restart."""


def test_a_model_is_created_read_back_and_survives_a_restart(node):
    parent = node.system_model()
    created = node.user_model(parent["id"], "Support", contextWindow=5000, metadata={"a": [1, 2.50]})
    before = node.get(f"/v1/models/{created['id']}")
    node.restart()
    after = node.get(f"/v1/models/{created['id']}")
    assert after.status == 200
    assert after.body == before.body
    assert after.headers["ETag"] == before.headers["ETag"]


def test_the_answer_to_a_retry_is_the_first_answer_byte_for_byte_also_after_a_restart_and_deletion(node):
    parent = node.system_model()["id"]
    body = {"parentModelId": parent, "displayName": "Once"}
    key = {"Idempotency-Key": "the-same"}
    first = node.request("POST", "/v1/models", body, node.token(), key)
    assert first.status == 201
    path = f"/v1/models/{first.json()['id']}"
    changed = node.request("PATCH", path, {"displayName": "Changed"}, node.token(), {"Idempotency-Key": "patch"})
    assert changed.status == 200
    assert node.request("DELETE", path, token=node.token()).status == 204
    for _ in range(2):
        again = node.request("POST", "/v1/models", body, node.token(), key)
        assert (again.status, again.body) == (201, first.body)
        assert again.headers["Idempotency-Replayed"] == "true"
        for header in ("ETag", "Location", "Almanac-Position"):
            assert again.headers[header] == first.headers[header]
        patched = node.request("PATCH", path, {"displayName": "Changed"}, node.token(), {"Idempotency-Key": "patch"})
        assert patched.body == changed.body
        node.restart()
    assert node.get(path).status == 404
    other = node.request("POST", "/v1/models", body | {"displayName": "Other"}, node.token(), key)
    assert other.status == 422


def test_a_second_process_on_the_same_data_is_refused_and_told_whose_it_is(node):
    second = node.run("serve", *node.flags(), check=False)
    assert second.returncode not in (0, None)
    assert str(node.process.pid) in second.stderr
    assert node.get("/v1/models").status == 200


def test_a_clean_stop_exits_0_and_says_ready_with_address_and_position_at_start(node):
    assert node.stop() == 0
    ready = [line for line in node.log_text().splitlines() if "ready" in line]
    assert len(ready) == 1
    assert node.address in ready[0]
