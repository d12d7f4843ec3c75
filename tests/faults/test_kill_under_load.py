"""kill -9 under load: nothing acknowledged is lost, nothing is done twice, a retry gets the first answer."""

import json
import os
import random
import threading
import time
import uuid

from running_node import Node

CYCLES = int(os.environ.get("ALMANAC_KILL_CYCLES", "20"))
WRITERS = 8


class Client(threading.Thread):
    """Creates models one after the other, each under its own idempotency key, until the node dies under it."""

    def __init__(self, node, parent, token, seed):
        super().__init__()
        self.node, self.parent, self.token = node, parent, token
        self.random = random.Random(seed)
        self.acknowledged = {}  # key -> (request body, answer's bytes)
        self.in_doubt = {}      # key -> request body: sent, not answered

    def run(self):
        link = self.node.connection()
        while True:
            key = str(uuid.UUID(int=self.random.getrandbits(128)))
            body = json.dumps({"parentModelId": self.parent, "displayName": key})
            self.in_doubt[key] = body
            try:
                answer = self.node.request("POST", "/v1/models", body, self.token, {"Idempotency-Key": key}, link)
            except Exception:
                return
            if answer.status != 201:
                continue
            del self.in_doubt[key]
            self.acknowledged[key] = (body, answer.body)


def all_models(node, token):
    cursor, found = None, []
    while True:
        page = node.get("/v1/models?limit=100" + (f"&cursor={cursor}" if cursor else ""), token).json()
        found += page["items"]
        if not page["hasMore"]:
            return found
        cursor = page["nextCursor"]


def test_kill_9_under_load_loses_nothing_acknowledged_and_doubles_nothing(tmp_path):
    node = Node(tmp_path).start()
    parent = node.system_model()["id"]
    token = node.token("acme", "models:read models:write")
    acknowledged, retried = {}, 0
    chance = random.Random(20)
    for cycle in range(CYCLES):
        clients = [Client(node, parent, token, cycle * WRITERS + n) for n in range(WRITERS)]
        for client in clients:
            client.start()
        time.sleep(chance.uniform(0.05, 0.6))
        node.kill()
        for client in clients:
            client.join()
        node.start()
        for client in clients:
            acknowledged |= client.acknowledged
            # What was in doubt is sent again under its key: done once, whichever way it had gone.
            for key, body in client.in_doubt.items():
                answer = node.request("POST", "/v1/models", body, token, {"Idempotency-Key": key})
                assert answer.status == 201, answer
                acknowledged[key] = (body, answer.body)
                retried += 1
            for key, (body, first) in list(client.acknowledged.items())[-3:]:
                again = node.request("POST", "/v1/models", body, token, {"Idempotency-Key": key})
                assert again.headers["Idempotency-Replayed"] == "true"
                assert again.body == first
    present = all_models(node, token)
    names = [model["displayName"] for model in present]
    lost = set(acknowledged) - set(names)
    doubled = len(names) - len(set(names))
    print(f"{CYCLES} cycles: {len(acknowledged)} acknowledged, {retried} in doubt sent again, {len(lost)} lost, {doubled} doubled")
    assert not lost
    assert doubled == 0
    assert set(names) == set(acknowledged)
    ids = [model["id"] for model in present]
    assert ids == sorted(ids, reverse=True), "newest first is id order"
    node.stop()
    assert "ok" in node.run("verify", "--log", str(tmp_path / "data" / "log")).lower()
