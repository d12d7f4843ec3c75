"""The load generator, one for all sides: wrk with load.lua."""

import dataclasses
import json
import subprocess
from pathlib import Path

from processes import cpu_seconds

SCRIPT = Path(__file__).with_name("load.lua")


@dataclasses.dataclass
class Sample:
    """One round of one side."""

    rate: float  # requests a second
    cpu_us: float  # of the server process, a request
    p50_us: float = 0
    p99_us: float = 0


def load(url, pid, seconds, connections=64, **what):
    """One round of load on the server with this pid; `what` as load.lua takes it."""
    arguments = [f"{name}={value}" for name, value in what.items() if value is not None]
    command = ["wrk", "-t", str(min(2, connections)), "-c", str(connections), "-d", f"{seconds}s", "-s", str(SCRIPT), url,
               "--", *arguments]
    before = cpu_seconds(pid)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    cpu = cpu_seconds(pid) - before
    line = next(line for line in done.stdout.splitlines() if line.startswith("figures "))
    figures = json.loads(line.removeprefix("figures "))
    if any(figures["errors"].values()) or not figures["requests"]:
        raise RuntimeError(f"not a figure: {figures}, by {' '.join(command)}")
    return Sample(figures["requests"] / figures["seconds"], cpu * 1e6 / figures["requests"], figures["p50_us"],
                  figures["p99_us"])


def interleaved(rounds, sides):
    """Each side once a round, in turns that change places; the first round only warms them. {name: samples}"""
    samples = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name in sorted(sides, reverse=number % 2 == 1):
            sample = sides[name]()
            if number > 0:
                samples[name].append(sample)
    return samples
