"""An import is one append: killed at any moment, its rows are all there or none is."""

import json
import random
import threading
import time

from running_node import Node

ROWS = 2000
CYCLES = 6


def rows(batch):
    return [{"provider": "northwind", "modelName": f"b{batch}-m{n}", "displayName": f"Batch {batch} model {n}", "contextWindow": 1000}
            for n in range(ROWS)]


def catalogue_size(node, batch):
    cursor, count = None, 0
    while True:
        page = node.get(f"/v1/models/catalog?limit=100&q=b{batch}-m" + (f"&cursor={cursor}" if cursor else "")).json()
        count += len(page["items"])
        if not page["hasMore"]:
            return count
        cursor = page["nextCursor"]


def test_an_import_killed_in_the_middle_is_whole_or_absent(tmp_path):
    node = Node(tmp_path).start()
    chance = random.Random(3)
    outcomes = {"whole": 0, "absent": 0}
    for batch in range(CYCLES):
        operator = node.operator()
        body = json.dumps({"mode": "apply", "rows": rows(batch)})
        answers = []

        def send():
            try:
                answers.append(node.request("POST", "/v1/models/catalog/imports", body, operator, {"Idempotency-Key": f"b{batch}"}))
            except Exception:
                pass  # the node died under it

        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(chance.uniform(0.0, 0.25))
        node.kill()
        sender.join()
        node.start()
        present = catalogue_size(node, batch)
        assert present in (0, ROWS)
        if answers:
            assert answers[0].status == 200 and present == ROWS, "acknowledged, so it is there"
        outcomes["whole" if present else "absent"] += 1
        again = node.request("POST", "/v1/models/catalog/imports", body, node.operator(), {"Idempotency-Key": f"b{batch}"})
        assert again.status == 200
        assert again.json()["counts"]["create"] == ROWS
        assert catalogue_size(node, batch) == ROWS
    print(f"{CYCLES} imports of {ROWS} rows killed: {outcomes}")
    node.stop()
