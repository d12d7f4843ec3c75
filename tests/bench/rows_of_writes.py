"""Rows 3, 4 and 5 of design/goals.md: durable POSTs against etcd, against an append that is synced, against the log alone.
All sides write below the same directory, to the same disk."""

import base64
import json

from figures import Line, both, ratios
from load import Sample, interleaved, load
from processes import etcd

BODY_BYTES = 1024


def etcd_put(node):
    """A file with a put whose JSON has the size of our POST; another key each time."""
    put = {"key": "@" * 12, "value": ""}
    room = BODY_BYTES - len(json.dumps(put, separators=(",", ":")))
    put["value"] = base64.b64encode(b"p" * (room // 4 * 3)).decode()
    file = node.directory / "put"
    file.write_text(json.dumps(put, separators=(",", ":")))
    return file


def row_3(bench):
    node = bench.node("writes")
    body, put = node.body_of(BODY_BYTES), etcd_put(node)
    with etcd(bench) as other:
        samples = interleaved(bench.rounds, {
            "ours": lambda: node.load("/v1/models", body=body),
            "etcd": lambda: load(other.url + "/v3/kv/put", other.pid, bench.seconds, body=put),
        })
    what, baseline = f"durable POST of {BODY_BYTES:,} bytes", "etcd put through its JSON gateway, one member"
    return [
        Line(3, f"{what}, rate", baseline, ratios(samples, "ours", "etcd", "rate"), at_least=5,
             beside=both(samples, "ours", "etcd", "rate", "requests/s")),
        Line(3, f"{what}, CPU: etcd's share of ours", baseline, ratios(samples, "etcd", "ours", "cpu_us"), at_least=8,
             beside=both(samples, "ours", "etcd", "cpu_us", "us a request")),
        Line(3, f"{what}, p99", baseline, ratios(samples, "ours", "etcd", "p99_us"), at_most=0.25,
             beside=both(samples, "ours", "etcd", "p99_us", "us")),
    ]


def row_4(bench):
    node = bench.node("writes")
    body = node.body_of(BODY_BYTES)
    node.load("/v1/models", body=body, seconds=1)
    record_bytes = int(committed(bench, node, 5000, 64)["bytes"])

    def raw():
        said = json.loads(bench.run(bench.program("raw_append"), bench.directory / "raw-append", record_bytes, bench.seconds))
        return Sample(said["per_second"], 0, said["p50_us"], said["p99_us"])

    samples = interleaved(bench.rounds, {"ours": lambda: node.load("/v1/models", body=body, connections=1), "raw": raw})
    return [Line(4, "durable POST, 1 connection, p50", f"append of {record_bytes:,} bytes (a record) and fdatasync",
                 ratios(samples, "ours", "raw", "p50_us"), at_most=1.5, beside=both(samples, "ours", "raw", "p50_us", "us"))]


def committed(bench, node, records, batch):
    return json.loads(bench.run(bench.program("raw_committer"), node.directory / "data/log", bench.directory / "raw-log",
                                records, batch))


def row_5(bench):
    node = bench.node("writes")
    body = node.body_of(BODY_BYTES)

    def raw():
        said = committed(bench, node, 60_000, 64)
        return Sample(said["per_second"], said["cpu_us"])

    node.load("/v1/models", body=body)
    samples = interleaved(bench.rounds, {"ours": lambda: node.load("/v1/models", body=body), "raw": raw})
    baseline = "the same records into a fresh log, 64 a batch, one sync a batch"
    return [
        Line(5, "durable POST, rate", baseline, ratios(samples, "ours", "raw", "rate"), at_least=0.45,
             beside=both(samples, "ours", "raw", "rate", "records/s")),
        Line(5, "durable POST, CPU", baseline, ratios(samples, "ours", "raw", "cpu_us"),
             beside=both(samples, "ours", "raw", "cpu_us", "us a record")),
    ]
