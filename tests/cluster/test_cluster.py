"""Three nodes on a real broker: any of them takes any request, one of them writes, and which one changes by itself."""

import signal
import time

from confluent_kafka import Producer

from nodes import Cluster, Link, free_port
from waiting import wait_until


def write(node, parent, name, key=None):
    """A creation; its answer, whatever it is."""
    headers = {"Idempotency-Key": key} if key else {}
    return node.request("POST", "/v1/models", {"parentModelId": parent, "displayName": name}, node.token(), headers=headers)


def write_again(node, parent, name, key, wait=60):
    """The same until somebody takes it."""
    end = time.monotonic() + wait
    answer = write(node, parent, name, key)
    while answer.status == 503 and time.monotonic() < end:
        time.sleep(0.2)
        answer = write(node, parent, name, key)
    return answer


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


def test_every_node_takes_writes_and_each_reads_what_it_answered(cluster):
    owner = cluster.await_owner()
    parent = cluster.parent
    for number in range(60):  # what a node answers before it has it, it has a moment later: often enough, one is too late
        node = cluster.nodes[number % 3]
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
    parent = cluster.parent
    first = write(cluster.nodes[0], parent, "once", "k")
    answers = [write(node, parent, "once", "k") for node in cluster.nodes]
    owner.kill()
    cluster.await_owner()
    answers += [write(node, parent, "once", "k") for node in cluster.living()]
    for answer in answers:
        assert answer.status == 201 and answer.body == first.body, answer
        assert answer.headers["Idempotency-Replayed"] == "true"
    assert names(cluster.living()[0]) == ["once"]


def test_an_answer_that_is_lost_between_nodes_is_asked_for_again_under_the_key_that_it_had(tmp_path, brokers):
    cluster = Cluster(tmp_path, brokers)
    way = free_port()
    try:
        owner = cluster.add({"node.url": f"http://127.0.0.1:{way}"})
        link = Link([(way, int(owner.settings["http.listen"].rsplit(":", 1)[1]))])
        replica = cluster.add()
        cluster.await_settled()
        parent = owner.system_model()["id"]
        link.swallow_an_answer()
        answer = write(replica, parent, "once")
        assert answer.status == 201, answer
        assert names(owner, answer.headers["Almanac-Position"]) == ["once"]
        link.stop()
    finally:
        cluster.stop()


def test_an_owner_that_is_cut_off_says_nothing_of_the_past(linked):
    owner = linked.await_owner()
    model = owner.user_model(linked.parent, "before")["id"]
    linked.link(owner).cut()
    new = linked.await_owner(other_than=owner)
    renamed = new.request("PATCH", f"/v1/models/{model}", {"displayName": "after"}, new.token())
    assert renamed.status == 200, renamed
    # Nothing of this would be written: what it knows must be confirmed by the brokers before it says so.
    unchanged = owner.request("PATCH", f"/v1/models/{model}", {"displayName": "before"}, owner.token())
    stale = owner.request("PATCH", f"/v1/models/{model}", {}, owner.token(), headers={"If-Match": renamed.headers["ETag"]})
    for answer in (unchanged, stale):
        assert answer.status == 503 and answer.json()["outcome"] == "not_applied", answer
    linked.link(owner).mend()


def test_brokers_that_are_paused_stop_writes_and_reads_go_on_saying_how_old_they_are(cluster, brokers):
    owner = cluster.await_owner()
    parent = cluster.parent
    made = write(owner, parent, "before")
    for node in cluster.nodes:
        assert names(node, made.headers["Almanac-Position"]) == ["before"]
    brokers.signal(signal.SIGSTOP)
    try:
        for node in cluster.nodes:  # each heard of the brokers at a time of its own
            wait_until(lambda: "Almanac-Age" in node.get(made.headers["Location"]).headers)
            read = node.get(made.headers["Location"])
            assert read.status == 200 and int(read.headers["Almanac-Age"]) >= 3
            refused = write(node, parent, "during", "during")
            assert refused.status == 503 and refused.headers["Retry-After"], refused
            ready = cluster.ready(node)
            assert ready["reads"]["ready"] and not ready["writes"]["ready"], ready
    finally:
        brokers.signal(signal.SIGCONT)
    answer = write_again(owner, parent, "during", "during")
    assert answer.status == 201, answer
    assert sorted(names(owner, answer.headers["Almanac-Position"])) == ["before", "during"]


def test_an_owner_that_was_fenced_by_something_that_vanished_owns_the_log_again(cluster, brokers):
    owner = cluster.await_owner()
    # The group's word does not change by this, so that nothing but time tells the owner that it is still meant.
    fencer = Producer({"bootstrap.servers": brokers.bootstrap, "transactional.id": f"almanac:{cluster.topic}"})
    fencer.init_transactions(30)
    refused = write(owner, cluster.parent, "refused", "k")
    assert refused.status == 503, refused
    again = write_again(owner, cluster.parent, "refused", "k")
    assert again.status == 201, again
    assert names(owner, again.headers["Almanac-Position"]) == ["refused"]


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
        wait_until(lambda: "brokers cannot be reached" in node.log_text(), told=node.log_text)
        node.address = node.settings["http.listen"]
        assert node.request("GET", "/livez").status == 200
        ready = node.request("GET", "/readyz")
        assert ready.status == 503 and not ready.json()["reads"]["ready"], ready
        assert node.request("GET", "/v1/models", token="any").status == 503
    finally:
        assert node.stop() == 0
