"""Three nodes on a real broker: any of them takes any request, one of them writes, and which one changes by itself."""

import signal
import threading
import time

from nodes import Cluster, free_port


def others(cluster, owner):
    return [node for node in cluster.living() if node is not owner]


def write(node, parent, name, key=None):
    """A creation; its answer, whatever it is."""
    headers = {"Idempotency-Key": key} if key else {}
    return node.request("POST", "/v1/models", {"parentModelId": parent, "displayName": name}, node.token(), headers=headers)


def names(node, at_least=None):
    """The names of all of the organisation's models as this node has them, from a position on."""
    found, target = [], "/v1/models?limit=100"
    headers = {"Almanac-Min-Position": at_least} if at_least else {}
    while target:
        page = node.request("GET", target, token=node.token(), headers=headers)
        assert page.status == 200, page
        found += [item["displayName"] for item in page.json()["items"]]
        target = page.json()["hasMore"] and f"/v1/models?limit=100&cursor={page.json()['nextCursor']}"
    return found


class Writers:
    """Writes one model after the other through every node until told to stop; a key is sent again until its fate is known."""

    def __init__(self, nodes, parent):
        self.nodes, self.parent = nodes, parent
        self.acknowledged, self.refused, self.worst_gap = [], 0, 0.0
        self.failures = []
        self.going = True
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.run, args=(number,)) for number in range(len(nodes))]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        try:
            last = time.monotonic()
            for count in range(1_000_000):
                name = f"w{number}-{count}"
                while not self.once(number, name):
                    if not self.going:
                        return
                with self.lock:
                    self.acknowledged.append(name)
                    self.worst_gap = max(self.worst_gap, time.monotonic() - last)
                last = time.monotonic()
                if not self.going:
                    return
        except Exception as failure:  # noqa: BLE001 - told by the test that waits for this thread
            self.failures.append(failure)

    def once(self, number, name):
        """Through this writer's node, or through the next one when that is gone."""
        for shift in range(len(self.nodes)):
            node = self.nodes[(number + shift) % len(self.nodes)]
            try:
                answer = write(node, self.parent, name, f"key-{name}")
            except OSError:
                continue
            if answer.status == 201:
                return True
            assert answer.status == 503, answer
            assert "Retry-After" in answer.headers and answer.json()["outcome"] in ("not_applied", "unknown"), answer
            with self.lock:
                self.refused += 1
            time.sleep(0.05)
        return False

    def stop(self):
        self.going = False
        for thread in self.threads:
            thread.join()
        assert not self.failures, self.failures


def check_nothing_lost_or_doubled(cluster, writers):
    node = cluster.await_owner()
    last = write(node, writers.parent, "last")
    assert last.status == 201, last
    position = last.headers["Almanac-Position"]
    for node in cluster.living():
        held = names(node, position)
        assert len(held) == len(set(held)), "doubled"
        assert set(writers.acknowledged) <= set(held), sorted(set(writers.acknowledged) - set(held))[:5]
    for node in cluster.living():
        events = node.request("GET", "/v1/log?limit=1000", token=node.operator())
        assert events.status == 200, events


def test_every_node_takes_writes_and_each_reads_what_it_answered(cluster):
    owner = cluster.await_owner()
    parent = owner.system_model()["id"]
    for number, node in enumerate(cluster.nodes):
        answer = write(node, parent, f"by {number}")
        assert answer.status == 201, answer
        assert node.get(answer.headers["Location"]).json() == answer.json()
        position = answer.headers["Almanac-Position"]
        for other in cluster.nodes:
            there = other.get(answer.headers["Location"], headers={"Almanac-Min-Position": position})
            assert there.status == 200 and there.body == answer.body and there.headers["ETag"] == answer.headers["ETag"]
    roles = sorted(cluster.ready(node)["role"] for node in cluster.nodes)
    assert roles == ["owner", "replica", "replica"]


def test_one_key_has_one_effect_through_all_nodes_also_after_a_fail_over(cluster):
    owner = cluster.await_owner()
    parent = owner.system_model()["id"]
    first = write(cluster.nodes[0], parent, "once", "k")
    answers = [write(node, parent, "once", "k") for node in cluster.nodes]
    owner.kill()
    cluster.await_owner()
    answers += [write(node, parent, "once", "k") for node in cluster.living()]
    for answer in answers:
        assert answer.status == 201 and answer.body == first.body, answer
        assert answer.headers["Idempotency-Replayed"] == "true"
    assert names(cluster.living()[0]) == ["once"]


def test_an_owner_that_is_killed_is_replaced_and_nothing_is_lost_or_doubled(cluster):
    owner = cluster.await_owner()
    parent = owner.system_model()["id"]
    writers = Writers(others(cluster, owner), parent)
    time.sleep(1)
    before = len(writers.acknowledged)
    owner.kill()
    new = cluster.await_owner()
    time.sleep(1)
    writers.stop()
    assert before > 0 and len(writers.acknowledged) > before
    assert cluster.ready(new)["epoch"] == 2
    owner.start()
    check_nothing_lost_or_doubled(cluster, writers)
    print(f"acknowledged {len(writers.acknowledged)}, refused {writers.refused}, worst gap {writers.worst_gap:.2f} s")


def test_an_owner_that_is_paused_past_its_lease_is_fenced_and_says_nothing_of_its_own(cluster):
    owner = cluster.await_owner()
    parent = owner.system_model()["id"]
    writers = Writers(others(cluster, owner), parent)
    time.sleep(1)
    owner.process.send_signal(signal.SIGSTOP)
    new = cluster.await_owner(other_than=owner)
    owner.process.send_signal(signal.SIGCONT)
    # What it is asked now is forwarded, or judged by a log that has moved on: never answered from the past.
    woken = write(owner, parent, "woken", "woken")
    while woken.status == 503:
        woken = write(owner, parent, "woken", "woken")
    assert woken.status == 201, woken
    assert new.get(woken.headers["Location"], headers={"Almanac-Min-Position": woken.headers["Almanac-Position"]}).status == 200
    writers.stop()
    check_nothing_lost_or_doubled(cluster, writers)


def test_a_node_that_is_stopped_hands_over_at_once_and_a_rolling_restart_loses_nothing(cluster):
    owner = cluster.await_owner()
    parent = owner.system_model()["id"]
    writers = Writers(cluster.nodes, parent)
    time.sleep(0.5)
    for node in cluster.nodes:
        assert node.stop() == 0
        cluster.await_owner()
        node.start()
    time.sleep(0.5)
    writers.stop()
    assert len(writers.acknowledged) > 10
    check_nothing_lost_or_doubled(cluster, writers)
    print(f"acknowledged {len(writers.acknowledged)}, refused {writers.refused}, worst gap {writers.worst_gap:.2f} s")


def test_brokers_that_are_paused_stop_writes_and_reads_go_on_saying_how_old_they_are(cluster, brokers):
    owner = cluster.await_owner()
    parent = owner.system_model()["id"]
    made = write(owner, parent, "before")
    brokers.signal(signal.SIGSTOP)
    try:
        end = time.monotonic() + 20
        while "Almanac-Age" not in owner.get(made.headers["Location"]).headers:
            assert time.monotonic() < end
            time.sleep(0.1)
        for node in cluster.nodes:
            read = node.get(made.headers["Location"])
            assert read.status == 200 and int(read.headers["Almanac-Age"]) >= 3
            refused = write(node, parent, "during", "during")
            assert refused.status == 503 and refused.headers["Retry-After"], refused
            ready = cluster.ready(node)
            assert ready["reads"]["ready"] and not ready["writes"]["ready"], ready
    finally:
        brokers.signal(signal.SIGCONT)
    cluster.await_owner(60)
    end = time.monotonic() + 60
    answer = write(owner, parent, "during", "during")
    while answer.status == 503 and time.monotonic() < end:
        time.sleep(0.2)
        answer = write(owner, parent, "during", "during")
    assert answer.status == 201, answer
    assert sorted(names(owner, answer.headers["Almanac-Position"])) == ["before", "during"]


def test_ends_of_life_are_recorded_once_over_a_fail_over(cluster):
    owner = cluster.await_owner()
    system = owner.system_model()
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 4))
    answer = owner.request("PUT", f"/v1/models/{system['id']}/deprecation", {"endOfLifeAt": soon}, owner.operator())
    assert answer.status == 200, answer
    owner.kill()
    new = cluster.await_owner()
    end = time.monotonic() + 20
    while True:
        history = new.get(f"/v1/models/{system['id']}/events", token=new.operator()).json()["items"]
        if any("ModelReachedEndOfLife" in event["type"] for event in history):
            break
        assert time.monotonic() < end, history
        time.sleep(0.1)
    owner.start()
    time.sleep(2)
    for node in cluster.living():
        history = node.get(f"/v1/models/{system['id']}/events", token=node.operator()).json()["items"]
        assert sum("ModelReachedEndOfLife" in event["type"] for event in history) == 1


def test_a_start_without_brokers_says_so_and_answers_for_its_life(tmp_path):
    class Nowhere:
        bootstrap = f"127.0.0.1:{free_port()}"

    node = Cluster(tmp_path, Nowhere).make()
    node.launch()
    try:
        end = time.monotonic() + 30
        while "brokers cannot be reached" not in node.log_text():
            assert time.monotonic() < end, node.log_text()
            time.sleep(0.1)
        node.address = node.settings["http.listen"]
        assert node.request("GET", "/livez").status == 200
        ready = node.request("GET", "/readyz")
        assert ready.status == 503 and not ready.json()["reads"]["ready"], ready
        assert node.request("GET", "/v1/models", token="any").status == 503
    finally:
        assert node.stop() == 0
