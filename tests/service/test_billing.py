"""Rates for billing, from a running node with a clock of its own: what was told before completeThrough stays."""

import json
import threading
import time
from datetime import datetime, timedelta, timezone
from fractions import Fraction

READER = "events:read"
ALWAYS = ("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z")


def text(instant):
    return instant.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03}Z"


def instant(stamp):
    return datetime.fromisoformat(stamp.replace("Z", "+00:00"))


def ahead(**how):
    return text(datetime.now(timezone.utc) + timedelta(**how))


def pages(node, period=ALWAYS, token=None, limit=100, **more):
    """The pages of a walk."""
    cursor = None
    while True:
        query = {"from": period[0], "to": period[1], "limit": limit} | more | ({"cursor": cursor} if cursor else {})
        answer = node.get("/v1/billing/rates?" + "&".join(f"{name}={value}" for name, value in query.items()),
                          token or node.token("acme", READER))
        assert answer.status == 200, answer
        page = answer.json()
        yield page
        if not page["hasMore"]:
            return
        cursor = page["nextCursor"]


def rates(node, period=ALWAYS, **more):
    return [item for page in pages(node, period, **more) for item in page["items"]]


def price(node, model, **fields):
    answer = node.request("PUT", f"/v1/models/{model}/pricing", fields, node.operator())
    assert answer.status == 200, answer


def test_a_reprice_changes_nothing_before_it(node):
    parent = node.system_model(creditMultiplier=0.1)["id"]
    own = node.user_model(parent)["id"]
    until = node.user_model(parent, "A later event")["createdAt"]
    before = rates(node, (ALWAYS[0], until), modelId=own)
    assert [item["creditMultiplier"] for item in before] == ["0.1"]
    price(node, parent, creditMultiplier=0.2)
    assert rates(node, (ALWAYS[0], until), modelId=own) == before
    now = rates(node, modelId=own)
    assert [item["creditMultiplier"] for item in now] == ["0.1", "0.2"]
    assert sum(Fraction(item["creditMultiplier"]) for item in now) == Fraction(3, 10)
    assert rates(node, ("2001-01-01T00:00:00Z", "2002-01-01T00:00:00Z"), modelId=own) == []


def test_a_future_price_holds_by_itself_over_a_restart_and_a_cancelled_one_never(node):
    parent = node.system_model()["id"]
    own = node.user_model(parent)["id"]
    due = ahead(seconds=1)
    price(node, parent, creditMultiplier=2, effectiveAt=due)
    ahead_of_it = rates(node, modelId=own)
    assert [(item["to"], item["creditMultiplier"]) for item in ahead_of_it] == [(due, "1"), ("2100-01-01T00:00:00.000Z", "2")]
    node.restart()
    while datetime.now(timezone.utc) <= instant(due):
        time.sleep(0.05)
    price(node, parent, creditMultiplier=3, effectiveAt=ahead(hours=1))
    assert node.request("DELETE", f"/v1/models/{parent}/pricing", token=node.operator()).status == 200
    assert rates(node, modelId=own) == ahead_of_it


def test_re_pointing_end_of_life_restoring_and_deletion_are_told_of_one_model(node):
    parent, other = (node.system_model(name, creditMultiplier=rate)["id"] for name, rate in (("m", 1), ("n", None)))
    own = node.user_model(parent)["id"]
    deprecation = f"/v1/models/{other}/deprecation"
    for method, path, body, token in (
            ("PATCH", f"/v1/models/{own}", {"parentModelId": other}, node.token()),
            ("PUT", deprecation, {"endOfLifeAt": "2020-01-01T00:00:00Z"}, node.operator()),
            ("DELETE", deprecation, None, node.operator()),
            ("PATCH", f"/v1/models/{own}", {"enabled": False}, node.token()),
            ("DELETE", f"/v1/models/{own}", None, node.token())):
        time.sleep(0.005)  # apart in log time
        assert node.request(method, path, body, token).status in (200, 204)
    told = rates(node, modelId=own)
    assert [(item["pricedBy"], item["creditMultiplier"], item["lifecycleState"]) for item in told] == [
        (parent, "1", "active"), (other, None, "active"), (other, None, "end_of_life"), (other, None, "active"),
        (other, None, "disabled")]
    assert all(before["to"] == after["from"] for before, after in zip(told, told[1:]))
    assert len({item["sequence"] for item in told}) == 2
    deleted = node.get(f"/v1/models/{own}/events").json()["items"][-1]
    assert (deleted["type"], deleted["time"]) == ("dev.almanac.ModelDeleted.v1", told[-1]["to"])


def test_nothing_of_another_tenant_leaves(node):
    parent = node.system_model()["id"]
    own = node.user_model(parent)["id"]
    rival = node.user_model(parent, "Secret", node.token("rival"))["id"]
    assert {item["modelId"] for item in rates(node)} == {parent, own}
    assert rates(node, modelId=rival) == [] == rates(node, organizationId="rival")
    assert {item["modelId"] for item in rates(node, token=node.operator())} == {parent, own, rival}
    assert {item["modelId"] for item in rates(node, token=node.operator(), organizationId="rival")} == {rival}
    cursor = next(pages(node, token=node.operator(), limit=2))["nextCursor"]
    assert cursor and "rival" not in cursor


def before(items, end):
    """What is told of the time before an instant, in one form: sorted, and parts of one interval put together."""
    whole = []
    for item in sorted(items, key=lambda item: (item["modelId"], item["from"])):
        if item["from"] >= end:
            continue
        item = item | {"to": min(item["to"], end)}
        last = whole[-1] if whole else {}
        if last.get("to") == item["from"] and last | {"from": 0, "to": 0} == item | {"from": 0, "to": 0}:
            last["to"] = item["to"]
        else:
            whole.append(item)
    return whole


def test_pages_walked_while_writers_write_stay_true_before_the_first_ones_complete_through(node):
    parents = [node.system_model(f"m{number}")["id"] for number in range(4)]
    for number in range(12):
        node.user_model(parents[number % 4], f"Model {number}")
    ended = threading.Event()

    def write(mine):
        number = 0
        while not ended.is_set():
            number += 1
            price(node, parents[mine], creditMultiplier=number % 7)
            made = node.user_model(parents[mine], f"During {number}")["id"]
            node.request("PATCH", f"/v1/models/{made}", {"parentModelId": parents[3 - mine]}, node.token())
            if number % 3 == 0:
                node.request("DELETE", f"/v1/models/{made}", token=node.token())

    writers = [threading.Thread(target=write, args=(mine,)) for mine in (0, 1)]
    for writer in writers:
        writer.start()
    walks = []
    while len(walks) < 5:
        walk = list(pages(node, limit=7))
        walks.append((walk[0]["completeThrough"], [item for page in walk for item in page["items"]]))
    ended.set()
    for writer in writers:
        writer.join()
    finally_told = rates(node)
    assert walks[0][0] < walks[-1][0]
    for complete_through, items in walks:
        assert before(items, complete_through) == before(finally_told, complete_through)


def test_the_billing_verb_shows_a_table_and_the_pages_of_the_api(node):
    parent = node.system_model(creditMultiplier=None)["id"]
    own = node.user_model(parent)["id"]
    for number in range(1, 120):
        time.sleep(0.002)  # a price that held for no millisecond has no interval
        price(node, parent, creditMultiplier=number)
    period = ["--from", ALWAYS[0], "--to", ALWAYS[1]]
    printed = [json.loads(line) for line in node.run("billing", "rates", own, *period).splitlines()]
    assert printed == list(pages(node, modelId=own)) and len(printed) == 2
    told = [item for page in printed for item in page["items"]]
    shown = node.run("billing", "rates", own, *period, "--output", "table", check=False)
    lines = shown.stdout.splitlines()
    assert lines[0].split()[:5] == ["FROM", "TO", "CREDITS", "TIER", "STATE"]
    assert lines[1].split()[:5] == [told[0]["from"], told[0]["to"], "unpriced", "standard", "active"]
    assert [line.split()[0] for line in lines[1:]] == [item["from"] for item in told]
    assert lines[-1].split()[2] == "119"
    assert f"nothing before {printed[0]['completeThrough']} will ever change" in shown.stderr


def test_the_billing_verb_says_why_there_is_nothing(node):
    nobody = node.run("billing", "rates", "0190b5a2-7c00-7000-8000-000000000001", "--from", ALWAYS[0], "--to", ALWAYS[1],
                      "--output", "table", check=False)
    assert nobody.returncode == 0 and nobody.stdout == "" and "no such model" in nobody.stderr
    turned = node.run("billing", "rates", "x", "--from", ALWAYS[1], "--to", ALWAYS[0], check=False)
    assert turned.returncode == 1
    assert "to: must lie after `from`" in turned.stderr and "modelId: must be a model's id" in turned.stderr
