"""Rows 7, 10, 11 and 14 of design/goals.md: rebuilding, memory, starting, idle connections."""

import re
import socket
import subprocess
import time

from figures import Line, both, ratios
from load import Sample, interleaved
from processes import cpu_seconds, resident_bytes
from seeding import BINARY

MIB = 1 << 20
# Store::Options, EmbeddedLog::Options and Service::Settings: block caches and memtables of the read models and of the
# log, and the answer cache of each of two threads.
CONFIGURED_MIB = 64 + 32 + 8 + 32 + 2 * 16
IDLE = 10_000


def row_7(bench):
    events = max(bench.models, 200_000)
    said = bench.run(bench.program("fold_bench"), events, bench.rounds)
    rates = {name: float(rate) for name, rate in re.findall(r"^(\w+) +median +(\d+) events/s", said, re.M)}
    ratio = {name: ([float(n) for n in numbers], cpu) for name, *numbers, cpu in re.findall(
        r"^rebuild / (\w+): median ([\d.]+) \(([\d.]+) \.\. ([\d.]+)\), by CPU ([\d.]+)", said, re.M)}
    names = {"raw": "WriteBatch of the same rows, with WAL", "unlogged": "the same without WAL, flushed at the end"}
    return [Line(7, f"rebuild of read models, {events:,} events", names[name], ratio[name][0], at_least=goal,
                 beside=f"{rates['rebuild']:,.0f} against {rates[name]:,.0f} events/s; by CPU {ratio[name][1]}")
            for name, goal in (("raw", 0.95), ("unlogged", None))]


def row_10(bench):
    node = bench.many()
    resident = []
    for _ in range(bench.rounds):
        node.load(f"/v1/models/{node.one}", paths=node.id_file)
        resident.append(resident_bytes(node.node.process.pid) / MIB)
    return [Line(10, f"resident memory over what is configured ({CONFIGURED_MIB} MiB), under GET at {len(node.ids):,} models",
                 "-", [size - CONFIGURED_MIB for size in resident], at_most=64, unit=" MiB", digits=0,
                 beside=f"{max(resident):.0f} MiB in all at most")]


class Starts:
    """Starts a stopped node again and again, each time until /readyz says so."""

    def __init__(self, node):
        self.node = node
        self.node.node.stop()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.flags = [flag for flag in node.node.flags() if not flag.startswith("--http.")]
        self.flags += [f"--http.listen=127.0.0.1:{self.port}", f"--http.threads={node.bench.threads}"]

    def sample(self):
        begun = time.perf_counter()
        process = subprocess.Popen([BINARY, "serve", *self.flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.ready():
            time.sleep(0.0005)
        took_us = (time.perf_counter() - begun) * 1e6
        cpu_us = cpu_seconds(process.pid) * 1e6
        process.terminate()
        process.wait()
        return Sample(1e6 / took_us, cpu_us, took_us)

    def ready(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port)) as link:
                link.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                return link.recv(4096).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


def row_11(bench):
    many = bench.many()
    full, empty = Starts(many), Starts(bench.node("empty"))
    samples = interleaved(max(bench.rounds, 7), {"full": full.sample, "empty": empty.sample})
    for node in (many, bench.node("empty")):
        node.node.start()
    events = many.position()
    return [Line(11, f"exec to /readyz 200 after a clean stop, {events:,} events", "an empty node, the same way",
                 [sample.p50_us / 1e3 for sample in samples["full"]], at_most=50, unit=" ms", digits=1,
                 beside=both(samples, "full", "empty", "p50_us", "us"))]


def idle_connections(node):
    host, port = node.node.address.rsplit(":", 1)
    return [socket.create_connection((host, int(port))) for _ in range(IDLE)]


def row_14(bench):
    node = bench.many()
    target = f"/v1/models/{node.one}"
    grown = []

    def crowded():
        before = resident_bytes(node.node.process.pid)
        idle = idle_connections(node)
        sample = node.load(target)
        grown.append((resident_bytes(node.node.process.pid) - before) / MIB)
        for link in idle:
            link.close()
        return sample

    samples = interleaved(bench.rounds, {"alone": lambda: node.load(target), "crowded": crowded})
    what = f"{IDLE:,} idle connections beside 64 busy ones"
    return [
        Line(14, f"{what}, p99", "no idle connections", ratios(samples, "crowded", "alone", "p99_us"), at_most=2,
             beside=both(samples, "crowded", "alone", "p99_us", "us")),
        Line(14, f"{what}, memory grown", "no idle connections", grown[:1], at_most=100, unit=" MiB", digits=0,
             beside="the first time; later ones use the same memory again"),
    ]
