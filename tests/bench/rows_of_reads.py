"""Rows 1, 2, 8 and 9 of design/goals.md: reads against a bare Beast server of constant bytes."""

from figures import Line, both, ratios
from load import interleaved, load
from processes import bare_beast


def against_bare(bench, node, target, **what):
    """`target` of the node and the same requests to a bare server that answers as many bytes."""
    size = len(node.request("GET", target).body)
    with bare_beast(bench, size) as bare:
        samples = interleaved(bench.rounds, {
            "ours": lambda: node.load(target, **what),
            "bare": lambda: load(bare.url + target, bare.pid, bench.seconds, token=node.token_file, **what),
        })
    return samples, f"bare Beast, {size:,} constant bytes"


def row_1(bench):
    node = bench.node("many")
    samples, baseline = against_bare(bench, node, f"/v1/models/{node.one}")
    what = "GET of a model, token checked, answer cached"
    return [
        Line(1, f"{what}, CPU", baseline, ratios(samples, "bare", "ours", "cpu_us"), at_least=0.90,
             beside=both(samples, "ours", "bare", "cpu_us", "us a request")),
        Line(1, f"{what}, rate", baseline, ratios(samples, "ours", "bare", "rate"), at_least=0.95,
             beside=both(samples, "ours", "bare", "rate", "requests/s")),
    ]


def row_2(bench):
    node = bench.many()
    samples, baseline = against_bare(bench, node, f"/v1/models/{node.one}", paths=node.id_file)
    what = f"GET of a model from RocksDB, {len(node.ids):,} in random order"
    return [
        Line(2, f"{what}, rate", baseline, ratios(samples, "ours", "bare", "rate"), at_least=0.75,
             beside=both(samples, "ours", "bare", "rate", "requests/s")),
        Line(2, f"{what}, CPU", baseline, ratios(samples, "bare", "ours", "cpu_us"),
             beside=both(samples, "ours", "bare", "cpu_us", "us a request")),
    ]


def row_8(bench):
    node = bench.many()
    first = node.pages[0]
    size = len(node.request("GET", f"/v1/models/{node.one}").body)
    with bare_beast(bench, size) as bare:
        samples = interleaved(bench.rounds, {
            "bare": lambda: load(bare.url, bare.pid, bench.seconds, token=node.token_file),
            "cached": lambda: node.load(first),
            "uncached": lambda: node.load(first, paths=node.page_file),
        })
    baseline = f"one bare request, {size:,} bytes, CPU"
    return [
        Line(8, f"list of 20, {len(node.pages):,} pages in random order, CPU", baseline,
             ratios(samples, "uncached", "bare", "cpu_us"), at_most=4,
             beside=both(samples, "uncached", "bare", "cpu_us", "us a request")),
        Line(8, "list of 20, the first page, cached, CPU", baseline, ratios(samples, "cached", "bare", "cpu_us"), at_most=4,
             beside=both(samples, "cached", "bare", "cpu_us", "us a request")),
    ]


def row_9(bench):
    node = bench.many()
    samples = interleaved(bench.rounds, {
        "mixed": lambda: node.load("/v1/models", paths=node.id_file, body=node.small, share=10),
    })["mixed"]
    rates = [sample.rate for sample in samples]
    return [Line(9, "p99, 90 % GET in random order, 10 % POST", "-", [sample.p99_us / 1e3 for sample in samples], at_most=3,
                 unit=" ms", beside=f"{min(rates):,.0f} to {max(rates):,.0f} requests/s")]
