"""deploy/examples/billing against a node on a real broker: its rates are the service's, and it survives being killed."""

import random
import threading
import time
import uuid
from datetime import datetime, timedelta, timezone

import pytest

from billing import ALWAYS, Billing
from nodes import Cluster
from topics import messages, plain, write
from waiting import wait_until

TENANTS = ("acme", "rival", "third")


@pytest.fixture
def node(tmp_path, brokers):
    """One node that owns a log on a topic of its own."""
    cluster = Cluster(tmp_path, brokers)
    cluster.add()
    owner = cluster.await_owner()
    owner.topic = cluster.topic
    yield owner
    cluster.stop()


@pytest.fixture
def billing(tmp_path, brokers, node):
    return Billing(tmp_path, brokers.bootstrap, node.topic)


class History:
    """A random history of whatever prices depend on, and of much that they do not."""

    def __init__(self, node, seed):
        self.node, self.chance = node, random.Random(seed)
        self.systems, self.own, self.ever, self.done = [], [], [], 0

    def send(self, method, path, body=None, tenant=None, also=()):
        scope = "models:read models:write"
        token = self.node.token(tenant, scope, "--plan", "pro") if tenant else self.node.operator()
        answer = self.node.request(method, path, body, token)
        assert answer.status in (200, 201, 204, *also), (method, path, body, answer)
        self.done += answer.status < 300
        return answer

    def act(self):
        if len(self.systems) < 3:
            return self.create_system()
        acts = [(self.create_system, 1), (self.create, 5), (self.reprice, 8), (self.reprice_ahead, 4), (self.take_back, 2),
                (self.re_point, 6), (self.enable, 3), (self.deprecate, 2), (self.restore, 2), (self.rename, 2), (self.delete, 3)]
        self.chance.choices([act for act, _ in acts], [weight for _, weight in acts])[0]()

    def price(self):
        return self.chance.choice([None, 0, 0.1, 1, 1.5, 2, 0.000001])

    def create_system(self):
        made = self.node.system_model(f"m{len(self.ever)}", creditMultiplier=self.price())["id"]
        self.systems.append(made)
        self.ever.append(made)

    def create(self):
        tenant = self.chance.choice(TENANTS)
        answer = self.send("POST", "/v1/models", {"parentModelId": self.chance.choice(self.systems), "displayName": "M"}, tenant, (422,))
        if answer.status == 422:  # the parent is disabled or at its end
            return self.create_system()
        self.own.append((answer.json()["id"], tenant))
        self.ever.append(answer.json()["id"])

    def reprice(self, **more):
        tier = self.chance.choice([{}, {}, {"modelTier": "standard"}, {"modelTier": "premium"}])
        self.send("PUT", f"/v1/models/{self.chance.choice(self.systems)}/pricing", {"creditMultiplier": self.price()} | tier | more)

    def reprice_ahead(self):
        due = datetime.now(timezone.utc) + timedelta(milliseconds=self.chance.choice([300, 1000, 3_600_000]))
        self.reprice(effectiveAt=due.isoformat())

    def take_back(self):
        self.send("DELETE", f"/v1/models/{self.chance.choice(self.systems)}/pricing")

    def re_point(self):
        if not self.own:
            return self.create()
        model, tenant = self.chance.choice(self.own)
        self.send("PATCH", f"/v1/models/{model}", {"parentModelId": self.chance.choice(self.systems)}, tenant, (422,))

    def anybody(self):
        if self.chance.random() < 0.3 or not self.own:
            return self.chance.choice(self.systems), None
        return self.chance.choice(self.own)

    def enable(self):
        model, tenant = self.anybody()
        self.send("PATCH", f"/v1/models/{model}", {"enabled": self.chance.random() < 0.6}, tenant)

    def rename(self):
        model, tenant = self.anybody()
        self.send("PATCH", f"/v1/models/{model}", {"displayName": f"N{self.done}"}, tenant)

    def deprecate(self):
        model, tenant = self.anybody()
        at = datetime.now(timezone.utc) + timedelta(milliseconds=self.chance.choice([-1000, 400, 3_600_000]))
        self.send("PUT", f"/v1/models/{model}/deprecation", {"endOfLifeAt": at.isoformat()}, tenant, (422,))

    def restore(self):
        model, tenant = self.anybody()
        self.send("DELETE", f"/v1/models/{model}/deprecation", None, tenant)

    def delete(self):
        model, tenant = self.anybody()
        if self.send("DELETE", f"/v1/models/{model}", None, tenant, (409,)).status == 204:
            self.systems = [each for each in self.systems if each != model]
            self.own = [each for each in self.own if each[0] != model]

    def settle(self):
        """Waits until what was planned for soon is in the log, which then grows no more: what is due is recorded in order of when."""
        due = datetime.now(timezone.utc) + timedelta(milliseconds=1500)  # after all that is planned for less than an hour ahead
        last = self.node.system_model("last", creditMultiplier=1)["id"]
        self.send("PUT", f"/v1/models/{last}/pricing", {"creditMultiplier": 2, "effectiveAt": due.isoformat()})
        wait_until(lambda: self.node.get(f"/v1/models/{last}", self.node.operator()).json()["creditMultiplier"] == 2)


PRICED = ("modelId", "organizationId", "pricedBy", "creditMultiplier", "modelTier", "sequence")


def of_service(node, period=ALWAYS):
    """{model: its intervals as far as they are about prices}; what only state, provider or name split is put together again."""
    told, cursor = {}, None
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        page = node.get(f"/v1/billing/rates?from={period[0]}&to={period[1]}&limit=100{more}", node.operator()).json()
        for item in page["items"]:
            rate = {name: item[name] for name in PRICED}
            rows = told.setdefault(item["modelId"], [])
            if rows and rows[-1]["to"] == item["from"] and rows[-1] | {"from": 0, "to": 0} == rate | {"from": 0, "to": 0}:
                rows[-1]["to"] = item["to"]
            else:
                rows.append(rate | {"from": item["from"], "to": item["to"]})
        cursor = page["nextCursor"]
        if not page["hasMore"]:
            return told, page["completeThrough"]


def compare(node, billing, period=ALWAYS):
    """How many intervals were equal; every one has to be."""
    theirs, complete = of_service(node, period)
    assert billing.status()["completeThrough"] == complete
    mine = billing.rates(period=period)
    assert mine.keys() == theirs.keys()
    for model in theirs:
        assert mine[model] == theirs[model], (model, period)
    for model in list(theirs)[:2]:
        assert billing.rates(model, period=period) == {model: theirs[model]}
    return sum(map(len, theirs.values()))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_its_rates_are_those_of_the_service_for_a_random_history(node, billing, seed):
    history = History(node, seed)
    for _ in range(250):
        history.act()
    history.settle()
    done = billing.once()
    assert done.returncode == 0, done.stderr
    whole = compare(node, billing)
    instants = sorted(item["from"] for items in of_service(node)[0].values() for item in items)
    period = (instants[len(instants) // 3], instants[2 * len(instants) // 3])
    part = compare(node, billing, period)
    assert whole > 100 and part > 10
    print(f"seed {seed}: {history.done} changes, {len(history.ever)} models, {whole} + {part} intervals equal")


def wait_for_position(holds, billing):
    def reached():
        assert billing.process.poll() is None, billing.process.stderr.read()
        return holds(billing.position())

    wait_until(reached, 120, billing.status)


def test_killed_twenty_times_while_events_flow_it_misses_nothing_and_doubles_nothing(node, billing):
    chance = random.Random(7)
    history = History(node, 7)
    ended, failures = threading.Event(), []

    def write_on():
        try:
            while not ended.is_set():
                history.act()
        except Exception as failure:  # noqa: BLE001 - told by the test that waits for this thread
            failures.append(failure)

    writer = threading.Thread(target=write_on)
    writer.start()
    places = []
    try:
        for kill in range(20):
            before = billing.position()
            billing.start()
            if kill % 3 > 0:  # the others fall at any moment of its start
                wait_for_position(lambda position: position > before, billing)
            time.sleep(chance.random() * 0.3)
            billing.kill()
            places.append(billing.position())
    finally:
        ended.set()
        writer.join()
    assert not failures, failures
    history.settle()
    billing.start()
    last = int(node.get("/v1/models", node.operator()).headers["Almanac-Position"])
    wait_for_position(lambda position: position == last, billing)
    billing.kill()
    status = billing.status()
    assert status["folded"] == int(status["position"]) + 1 and status["setAside"] == {"foreign": 0, "duplicate": 0}
    assert places == sorted(places) and len(set(places)) >= 13, places
    equal = compare(node, billing)
    print(f"20 kills at positions {places}; {status['folded']} records folded, missed 0, doubled 0; {equal} intervals equal")


@pytest.fixture
def topic(node, brokers):
    """The messages of a log of some records, and a name for a topic to write them to otherwise."""
    history = History(node, 3)
    while history.done < 20:
        history.act()
    return [plain(message) for message in messages(brokers.bootstrap, node.topic)], f"altered.{uuid.uuid4().hex}"


def read_altered(tmp_path, brokers, topic, change):
    """What billing says of a topic that somebody changed, and its place in it."""
    told, name = topic
    write(brokers.bootstrap, name, change(list(told)))
    billing = Billing(tmp_path, brokers.bootstrap, name)
    return billing.once(), billing


def refuses(tmp_path, brokers, topic, change, position, why):
    done, billing = read_altered(tmp_path, brokers, topic, change)
    assert done.returncode == 1 and f"stopped at position {position}: " in done.stderr and why in done.stderr, done
    assert billing.status()["position"] == str(position - 1) and billing.status()["folded"] == position
    again = billing.once()
    assert again.returncode == 1 and f"stopped at position {position}: " in again.stderr, "it stops there for good"


def flipped(message, name=None):
    """With one bit changed in a header's text, or in the value's first byte."""
    key, value, headers = message
    flip = lambda text: bytes([text[0] ^ 1]) + text[1:]  # noqa: E731
    return [key, value if name else flip(value), [(n, flip(v) if n == name else v) for n, v in headers]]


def test_a_flipped_bit_stops_it_at_the_record_behind_or_where_it_makes_no_sense(tmp_path, brokers, topic):
    refuses(tmp_path, brokers, topic, lambda told: told[:5] + [flipped(told[5], "ce_actor")] + told[6:], 6, "does not follow")
    other = topic[0], f"altered.{uuid.uuid4().hex}"
    (tmp_path / "other").mkdir()
    refuses(tmp_path / "other", brokers, other, lambda told: told[:5] + [flipped(told[5])] + told[6:], 5, "cannot be read as")


def test_a_gap_stops_it_where_the_record_is_missing(tmp_path, brokers, topic):
    refuses(tmp_path, brokers, topic, lambda told: told[:7] + told[8:], 7, "it is missing: 8 stands in its place")


def test_an_older_epoch_and_an_unknown_type_stop_it(tmp_path, brokers, topic):
    def with_header(name, text):
        return lambda told: told[:6] + [[told[6][0], told[6][1], [(n, text if n == name else v) for n, v in told[6][2]]]] + told[7:]

    refuses(tmp_path, brokers, topic, with_header("ce_epoch", b"0"), 6, "its epoch 0 is older than 1")
    other = topic[0], f"altered.{uuid.uuid4().hex}"
    (tmp_path / "other").mkdir()
    refuses(tmp_path / "other", brokers, other, with_header("ce_type", b"dev.almanac.ModelCreated.v2"), 6, "is not known here")


def test_foreign_records_and_duplicates_are_set_aside_and_counted_once(tmp_path, brokers, topic):
    def mix(told):
        strange = [[None, b"hello", []], [b"k", b"{}", [("ce_type", b"x")]], [b"k", b"{}", [("ce_type", b"x"), ("ce_type", b"y")]]]
        return told[:4] + strange[:1] + told[4:9] + told[3:6] + strange[1:] + told[9:] + strange[:1]

    done, billing = read_altered(tmp_path, brokers, topic, mix)
    assert done.returncode == 0, done
    status = billing.status()
    assert status["position"] == str(len(topic[0]) - 1) and status["setAside"] == {"foreign": 4, "duplicate": 3}
    assert billing.once().returncode == 0 and billing.status() == status


def test_a_topic_that_is_another_log_stops_it_before_anything_is_folded(tmp_path, brokers, topic, node, billing):
    assert billing.once().returncode == 0
    before = billing.status()
    write(brokers.bootstrap, topic[1], topic[0][:4])
    billing.topic = ["--brokers", brokers.bootstrap, "--topic", topic[1]]
    done = billing.once()
    assert done.returncode == 1 and "does not stand where it was" in done.stderr, done
    assert billing.status() == before
