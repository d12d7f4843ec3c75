"""Row 6 of design/goals.md, POST on Kafka, and what else several nodes cost and give: fail-over, reads. One real broker on this machine,
which shares its cores with all nodes and with the load."""

import json
import statistics
import subprocess
import sys
import time
from datetime import datetime

from figures import Line, both, ratios, spread
from load import Sample, interleaved, load
from seeding import ROOT, SeededNode

sys.path.append(str(ROOT / "tests/cluster"))
from nodes import Brokers, Cluster  # noqa: E402

FAIL_OVERS = 20
SETTLED_SECONDS = 4  # a node that came back may be chosen again, which is another change of owners


def brokers_of(bench):
    """The one broker of this run."""
    if not hasattr(bench, "brokers"):
        subprocess.run([ROOT / "deploy/cluster/jars"], check=True, stdout=sys.stderr)
        bench.brokers = Brokers(bench.directory / "brokers")
    return bench.brokers


def cluster_of(bench, name, nodes):
    cluster = Cluster(bench.directory / name, brokers_of(bench), {"http.threads": bench.threads, "log.level": "info"})
    for _ in range(nodes):
        cluster.add()
    cluster.await_owner()
    return cluster


def row_6(bench):
    cluster = cluster_of(bench, "kafka-writes", 1)
    node = SeededNode(bench, "kafka-writes-seed", cluster.nodes[0])
    body = node.body_of(1024)
    record_bytes = 2_162
    lines = []
    for connections in (64, 512):
        def raw(under_way=connections):
            said = json.loads(bench.run(bench.program("raw_producer"), cluster.brokers.bootstrap, f"raw-{cluster.topic}",
                                        record_bytes, under_way, bench.seconds))
            return Sample(said["per_second"], said["cpu_us"], said["p50_us"], said["p99_us"])

        samples = interleaved(bench.rounds, {
            "ours": lambda count=connections: node.load("/v1/models", body=body, connections=count), "raw": raw})
        what = f"POST of 1,024 bytes on Kafka, one broker, {connections} connections"
        baseline = f"librdkafka alone, {record_bytes:,} bytes, acks=all, {connections} under way"
        lines.append(Line(6, f"{what}, rate", baseline, ratios(samples, "ours", "raw", "rate"),
                          beside=both(samples, "ours", "raw", "rate", "a second")))
        lines.append(Line(6, f"{what}, p99", "-", [sample.p99_us / 1e3 for sample in samples["ours"]], unit=" ms", digits=1,
                          at_most=50 if connections == 64 else None,
                          beside=f"{statistics.median(s.p50_us for s in samples['ours']) / 1e3:.1f} ms at p50"))
    cluster.stop()
    return lines


def said_at(node, message, after):
    """When the node's log said so first behind that time, in seconds since 1970; None if it did not."""
    for line in node.log_text().splitlines():
        at = datetime.fromisoformat(json.loads(line)["time"]).timestamp()
        if at >= after and json.loads(line)["message"] == message:
            return at
    return None


def settle(cluster):
    owner, since = cluster.await_owner(), time.monotonic()
    while time.monotonic() - since < SETTLED_SECONDS:
        time.sleep(0.1)
        if (now := cluster.await_owner()) is not owner:
            owner, since = now, time.monotonic()
    return owner


def fail_over(cluster, end):
    """Ends the owner by `end`; the seconds until each part was over, by the first write that another node answers with 201."""
    owner = settle(cluster)
    other = next(node for node in cluster.living() if node is not owner)
    parent = other.get("/v1/models/catalog").json()["items"][0]["id"]
    begun = time.time()
    end(owner)
    while True:
        try:
            answer = other.request("POST", "/v1/models", {"parentModelId": parent, "displayName": "x"}, other.token())
        except OSError:
            continue
        if answer.status == 201:
            break
        time.sleep(0.01)
    answered = time.time()
    new = cluster.await_owner()
    claiming, owning = (said_at(new, message, begun) for message in ("claiming the log", "this node owns the log"))
    owner.stop()
    owner.start()
    return {"noticed": claiming - begun, "claimed": owning - claiming, "answered": answered - owning, "all": answered - begun}


def row_15(bench):
    cluster = cluster_of(bench, "fail-over", 3)
    cluster.nodes[0].system_model()
    lines = []
    for how, end in (("killed", lambda node: node.kill()), ("stopped", lambda node: node.stop())):
        parts = [fail_over(cluster, end) for _ in range(FAIL_OVERS)]
        beside = ", ".join(f"{name} {spread([part[name] for part in parts])} s" for name in ("noticed", "claimed", "answered"))
        lines.append(Line(15, f"owner {how}: until another node answers a write, {FAIL_OVERS} times", "-",
                          [part["all"] for part in parts], unit=" s", beside=beside))
    cluster.stop()
    return lines


def row_16(bench):
    cluster = cluster_of(bench, "reads", 3)
    seeded = SeededNode(bench, "reads-seed", cluster.nodes[0])
    position = str(seeded.position())
    for node in cluster.nodes:
        node.get(f"/v1/models/{seeded.one}", token=seeded.token, headers={"Almanac-Min-Position": position})

    def of(count):
        def sample():
            loads = [subprocess.Popen([sys.executable, __file__, f"http://{node.address}/v1/models/{seeded.one}",
                                       str(node.process.pid), str(bench.seconds), str(seeded.token_file)],
                                      stdout=subprocess.PIPE, text=True) for node in cluster.nodes[:count]]
            figures = [json.loads(one.communicate()[0]) for one in loads]
            return Sample(sum(one["rate"] for one in figures), statistics.mean(one["cpu_us"] for one in figures), 0,
                          max(one["p99_us"] for one in figures))
        return sample

    samples = interleaved(bench.rounds, {"one": of(1), "two": of(2), "three": of(3)})
    cluster.stop()
    return [Line(16, f"GET, cached, {name} nodes at once on these cores, rate", "one node", ratios(samples, name, "one", "rate"),
                 beside=both(samples, name, "one", "rate", "requests/s")) for name in ("two", "three")]


if __name__ == "__main__":
    url, pid, seconds, token = sys.argv[1:]
    one = load(url, int(pid), int(seconds), token=token)
    print(json.dumps({"rate": one.rate, "cpu_us": one.cpu_us, "p99_us": one.p99_us}))
