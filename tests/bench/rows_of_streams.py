"""The readers of row 14 of design/goals.md: 2,000 of /v1/events/stream on one node."""

import statistics
import threading
import time

from figures import Line, both, ratios
from load import interleaved
from processes import resident_bytes
from seeding import Node  # noqa: F401  tests/ is on the path from here on
from stream_readers import Readers

MIB = 1 << 20
READERS = 2_000
EVENTS_A_SECOND = 10


class Writes:
    """Creates models at a steady rate on one connection until the `with` block ends. `sent` and `answered`: of each
    position, when the request left and when its answer was read. The commit lies in between."""

    def __init__(self, node, a_second):
        self.node = node
        self.interval = 1 / a_second
        self.sent = {}
        self.answered = {}
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()

    def run(self):
        link = self.node.node.connection()
        body = self.node.small.read_bytes()
        while not self.stopping.wait(self.interval):
            sent = time.perf_counter()
            answer = self.node.request("POST", "/v1/models", body, connection=link)
            position = int(answer.headers["Almanac-Position"])
            self.sent[position] = sent
            self.answered[position] = time.perf_counter()
        link.close()


def readers_of(node, number):
    token = node.node.token("acme", "models:read events:read")
    return Readers(node.node.address, token, [node.position()] * number)


def check(readers, writes):
    """Each reader has seen each event once and in order, and every one of them to its end."""
    expected = sorted(writes.sent)
    readers.wait_for(expected[-1])
    for reader in readers.readers:
        if reader.positions() != expected:
            raise RuntimeError(f"a reader saw {reader.positions()}, not {expected}")


def latencies_ms(readers, since):
    return sorted((when - since[position]) * 1e3 for reader in readers.readers for position, when in reader.arrivals())


def percentile(sorted_values, share):
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]


def of_one_reader(bench, node):
    """Of each round the latencies to a frame, from the sending of its POST and from its answer (below 0: before it)."""
    from_sent, from_answered = [], []
    for _ in range(bench.rounds):
        with readers_of(node, 1) as readers, Writes(node, 100) as writes:
            time.sleep(bench.seconds)
            writes.stopping.set()
            writes.thread.join()
            check(readers, writes)
        from_sent.append(latencies_ms(readers, writes.sent))
        from_answered.append(latencies_ms(readers, writes.answered))
    return from_sent, from_answered


def row_14_streams(bench):
    node = bench.node("streams")
    target = f"/v1/models/{node.one}"
    one, one_from_answered = of_one_reader(bench, node)
    node.load(target)
    grown, spread = [], []

    def alone():
        return node.load(target)

    def crowded():
        before = resident_bytes(node.node.process.pid)
        with readers_of(node, READERS):
            sample = node.load(target)
            grown.append((resident_bytes(node.node.process.pid) - before) / MIB)
        return sample

    def written_alone():
        with Writes(node, EVENTS_A_SECOND):
            return node.load(target)

    def written_crowded():
        before = resident_bytes(node.node.process.pid)
        with readers_of(node, READERS) as readers:
            with Writes(node, EVENTS_A_SECOND) as writes:
                sample = node.load(target)
            check(readers, writes)
            grown.append((resident_bytes(node.node.process.pid) - before) / MIB)
        spread.append(latencies_ms(readers, writes.sent))
        return sample

    samples = interleaved(bench.rounds, {"alone": alone, "crowded": crowded, "written alone": written_alone,
                                         "written crowded": written_crowded})
    who = f"{READERS:,} readers of the stream beside 64 busy connections"
    rate = f"{EVENTS_A_SECOND} events/s"
    commit = "POST sent to frame read, the commit in between"
    return [
        Line(14, f"{who}, p99 of GET", "no readers", ratios(samples, "crowded", "alone", "p99_us"), at_most=2,
             beside=both(samples, "crowded", "alone", "p99_us", "us")),
        Line(14, f"{who}, {rate}, p99 of GET", f"no readers, {rate}",
             ratios(samples, "written crowded", "written alone", "p99_us"), at_most=2,
             beside=both(samples, "written crowded", "written alone", "p99_us", "us")),
        Line(14, f"{who}, {rate}, rate of GET", f"no readers, {rate}",
             ratios(samples, "written crowded", "written alone", "rate"),
             beside=both(samples, "written crowded", "written alone", "rate", "requests/s")),
        Line(14, f"{who}, memory grown", "no readers", [max(grown)], at_most=100, unit=" MiB", digits=0,
             beside="the most of all rounds"),
        Line(14, f"{commit}, 1 reader, p50", "-", [statistics.median(values) for values in one], at_most=5, unit=" ms",
             beside=f"{sum(map(len, one)):,} events"),
        Line(14, "the same from the POST's answer, before which the commit was, 1 reader, p50", "-",
             [statistics.median(values) for values in one_from_answered], unit=" ms", beside="below 0: the frame was first"),
        Line(14, f"{commit}, 1 reader, p99", "-", [percentile(values, 0.99) for values in one], unit=" ms"),
        Line(14, f"{commit}, {who}, p50", "-", [statistics.median(values) for values in spread], unit=" ms",
             beside=f"{sum(map(len, spread)):,} frames; each reader got every event once and in order"),
        Line(14, f"{commit}, {who}, p99", "-", [percentile(values, 0.99) for values in spread], unit=" ms"),
    ]
