"""`almanac verify`, `log export` and `log import` on a topic: proofs, moves between the engines, and an import that is killed."""

import json
import os
import subprocess
import uuid

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from nodes import Cluster, free_port
from running_node import BINARY, Node
from topics import messages, plain, write


def almanac(*arguments, check=True, environment=None):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ALMANAC_")}
    done = subprocess.run([BINARY, *map(str, arguments)], env=clean | (environment or {}), capture_output=True, text=True, timeout=120)
    assert not check or done.returncode == 0, (arguments, done)
    return done


def fresh():
    return f"log.{uuid.uuid4().hex}"


class Topic:
    def __init__(self, brokers, name):
        self.name, self.bootstrap = name, brokers.bootstrap
        self.flags = ["--brokers", self.bootstrap, "--topic", name]

    def verify(self, *more):
        return json.loads(almanac("verify", *self.flags, *more).stdout)

    def records(self):
        return [plain(message) for message in messages(self.bootstrap, self.name)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, brokers):
    """Two nodes on a topic with some events."""
    cluster = Cluster(tmp_path_factory.mktemp("commands"), brokers)
    cluster.start(2)
    for number in range(10):
        cluster.nodes[0].user_model(cluster.parent, f"Model {number}")
    yield cluster
    cluster.stop()


@pytest.fixture
def topic(cluster, brokers):
    return Topic(brokers, cluster.topic)


def test_a_topic_is_proved_as_a_node_that_runs_on_it_is(cluster, topic):
    proved = topic.verify()
    node = cluster.await_owner()
    last = int(node.get("/v1/models?limit=1").headers["Almanac-Position"])
    assert proved == json.loads(node.run("verify", "--url", f"http://{node.address}")) and int(proved["records"]) == last + 1 >= 13
    text = almanac("verify", *topic.flags, "--output", "table").stdout
    assert text.startswith(f"verify: ok, {last + 1} records, last position {last}, hash ")


def test_what_the_options_do_not_say_of_the_topic_the_settings_do(topic, tmp_path):
    file = tmp_path / "node.conf"
    file.write_text(f"kafka.brokers = {topic.bootstrap}\nkafka.topic = {topic.name}\nkafka.properties.client.rack = a\nhttp.threads = 0\n")
    for flags in (topic.flags[:2], topic.flags[2:]):
        assert json.loads(almanac("verify", "--config", file, *flags).stdout) == topic.verify()
    almanac("log", "export", tmp_path / "export.jsonl", "--config", file, "--brokers", topic.bootstrap)
    assert json.loads(almanac("verify", "--file", tmp_path / "export.jsonl").stdout) == topic.verify()
    file.write_text("log.level = info\n")
    refused = almanac("verify", "--config", file, "--topic", topic.name, check=False)
    assert refused.returncode == 2 and "kafka needs kafka.brokers" in refused.stderr


def test_properties_reach_librdkafka_and_wrong_ones_are_told(topic):
    assert topic.verify("--kafka.properties.client.rack=a", "--kafka.properties.security.protocol=plaintext")["ok"]
    for given, says, status in (("--kafka.properties.acks=0", "the Kafka property acks is set by Almanac itself", 1),
                                ("--kafka.properties.no.such=1", "the Kafka property no.such is refused", 1),
                                ("--kafka.properties.security.protocol", "--kafka.properties.security.protocol", 2),
                                ("--no-such-option", "--no-such-option", 2)):
        done = almanac("verify", *topic.flags, given, check=False)
        assert done.returncode == status and says in done.stderr, done
    with_tls = almanac("verify", *topic.flags, "--kafka.properties.security.protocol=ssl", check=False)
    assert with_tls.returncode == 3 and "bad position" not in with_tls.stderr, with_tls


def test_brokers_that_cannot_be_reached_are_3_and_a_topic_that_is_not_there_is_1(topic, tmp_path):
    nowhere = ["--brokers", f"127.0.0.1:{free_port()}"]
    for verb in (["verify"], ["log", "export", tmp_path / "e"], ["log", "import", "/dev/null"]):
        done = almanac(*verb, *nowhere, check=False)
        assert done.returncode == 3 and done.stdout == "" and "position" not in done.stderr, done
    missing = almanac("verify", "--brokers", topic.bootstrap, "--topic", fresh(), check=False)
    assert missing.returncode == 1 and "there is no topic" in missing.stderr and "bad position" not in missing.stderr
    with_url = almanac("verify", *topic.flags, "--url", "http://127.0.0.1:1", check=False)
    assert with_url.returncode == 2 and "--url" in with_url.stderr


def changed(topic, brokers, change):
    """What `verify` finds in another topic with what was in this one and was changed."""
    other = Topic(brokers, fresh())
    make_log_topic(brokers.bootstrap, other.name)
    write(brokers.bootstrap, other.name, change(topic.records()))
    return almanac("verify", *other.flags, check=False)


def make_log_topic(bootstrap, name):
    admin = AdminClient({"bootstrap.servers": bootstrap})  # its answers come while it lives
    wanted = NewTopic(name, 1, 1, config={"retention.ms": "-1", "max.message.bytes": "16777216"})
    admin.create_topics([wanted])[name].result(30)


def with_header(record, name, change):
    key, value, headers = record
    return [key, value, [(n, change(text) if n == name else text) for n, text in headers]]


@pytest.mark.parametrize("change, position, says", [
    (lambda told: told[:5] + told[6:], 5, "position 5 is missing: 6 stands in its place"),
    (lambda told: told[:5] + [[told[5][0], told[5][1].replace(b'"Model', b'"Nodel'), told[5][2]]] + told[6:], 6, "does not follow"),
    (lambda told: told[:5] + [with_header(told[5], "ce_epoch", lambda _: b"0")] + told[6:], 5, "has epoch 0, older than 1"),
    (lambda told: told[:5] + [with_header(told[5], "ce_source", lambda _: b"/almanac/x")] + told[6:], 5, "is of another log"),
    (lambda told: told[1:], 0, "position 0 is missing"),
])
def test_a_broken_topic_names_the_first_bad_position(topic, brokers, change, position, says):
    done = changed(topic, brokers, change)
    assert done.returncode == 1 and says in done.stderr, done
    assert f"the first bad position is {position}: " in done.stderr and json.loads(done.stdout)["position"] == str(position)


def test_foreign_records_and_duplicates_are_no_fault_and_are_counted(topic, brokers):
    done = changed(topic, brokers, lambda told: told[:3] + [[b"k", b"hello", []]] + told[3:7] + told[2:4] + told[7:])
    assert done.returncode == 0 and "1 foreign, 2 duplicate, 0 altered" in done.stderr, done
    assert json.loads(done.stdout) == topic.verify()


def lines_of(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_log_moves_from_files_to_a_topic_and_back_with_its_positions_ids_and_hashes(brokers, tmp_path):
    (tmp_path / "first").mkdir()
    embedded = Node(tmp_path / "first").start()
    own = embedded.user_model(embedded.system_model()["id"], "Moves")["id"]
    embedded.stop()
    embedded.run("log", "export", tmp_path / "1.jsonl", "--seal")
    first = lines_of(tmp_path / "1.jsonl")

    on_kafka = Cluster(tmp_path, brokers)
    topic = Topic(brokers, on_kafka.topic)
    imported = json.loads(almanac("log", "import", tmp_path / "1.jsonl", *topic.flags).stdout)
    assert imported["logId"] == first[0]["logId"] and imported["sealed"]
    again = almanac("log", "import", tmp_path / "1.jsonl", *topic.flags, check=False)
    assert again.returncode == 1 and "already holds a log" in again.stderr
    on_kafka.add()
    node = on_kafka.await_owner()
    try:
        assert node.get(f"/v1/models/{own}").json()["displayName"] == "Moves"
        node.user_model(node.get(f"/v1/models/{own}").json()["parentModelId"], "Made on Kafka")
        almanac("log", "export", tmp_path / "2.jsonl", "--seal", *topic.flags)
        refused = node.request("PATCH", f"/v1/models/{own}", {"displayName": "Too late"}, node.token())
        assert refused.status == 503 and node.get(f"/v1/models/{own}").status == 200, "a sealed log takes no writes; reads go on"
    finally:
        on_kafka.stop()
    second = lines_of(tmp_path / "2.jsonl")
    assert second[:len(first) - 1] == first[:-1], "the head and all records, to the byte"
    assert second[-2]["headers"]["ce_type"] == "dev.almanac.LogSealed.v1"

    (tmp_path / "third").mkdir()
    back = Node(tmp_path / "third")
    back.run("log", "import", tmp_path / "2.jsonl")
    back.start()
    try:
        told = [json.loads(line) for line in back.get("/v1/log", back.operator()).body.splitlines()]
        assert told[:len(second) - 1] == second[:-1]
        assert {model["displayName"] for model in back.get("/v1/models").json()["items"]} == {"Moves", "Made on Kafka"}
        proved = json.loads(back.run("verify"))
        assert proved["logId"] == first[0]["logId"] and proved["ok"]
        print(f"{len(first) - 2} records from files to a topic, {len(second) - 2} back: positions, ids, hashes and log id unchanged")
    finally:
        back.stop()


def test_a_copy_of_a_running_cluster_goes_on_under_an_id_of_its_own(topic, brokers, tmp_path):
    export, copy = tmp_path / "copy.jsonl", Topic(brokers, fresh())
    almanac("log", "export", export, *topic.flags)
    refused = almanac("log", "import", export, *copy.flags, check=False)
    assert refused.returncode == 1 and "--copy" in refused.stderr
    assert copy.records() == [], "nothing of a refused import is seen"
    imported = json.loads(almanac("log", "import", "--copy", export, *copy.flags).stdout)
    assert copy.records()[:-1] == topic.records()
    proved = copy.verify()
    assert proved["logId"] == imported["logId"] != topic.verify()["logId"]
    print(f"copied {len(topic.records())} records; {proved['logId']} goes on")


@pytest.fixture(scope="module")
def long_export(tmp_path_factory):
    """Some 30,000 records, so that an import takes a while."""
    node = Node(tmp_path_factory.mktemp("long")).start()
    for batch in range(3):
        rows = [{"provider": "p", "modelName": f"m{batch}-{n}", "displayName": "M", "contextWindow": 1} for n in range(10_000)]
        answer = node.request("POST", "/v1/models/catalog/imports", {"mode": "apply", "rows": rows}, node.operator())
        assert answer.status == 200, answer
    node.stop()
    node.run("log", "export", node.directory / "long.jsonl", "--seal")
    return node.directory / "long.jsonl"


def test_an_import_that_is_killed_at_any_moment_leaves_nothing_to_see_or_all_of_it(long_export, brokers):
    topic = Topic(brokers, fresh())
    make_log_topic(brokers.bootstrap, topic.name)
    records = len(long_export.read_bytes().splitlines()) - 2
    kills = whole = 0
    wait = 0.05
    while not whole:
        process = subprocess.Popen([BINARY, "log", "import", long_export, *topic.flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
            kills += 1
        said = process.communicate()
        assert process.returncode in (0, -9), said
        found = len(topic.records())
        assert found in (0, records + 1), found
        whole += found > 0
        wait *= 1.3
    proved = topic.verify()
    assert int(proved["records"]) == records + 1 and kills >= 5
    print(f"{kills} kills, {records} records: nothing seen before the import that was whole")
