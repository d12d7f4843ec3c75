"""Starts that are refused, and waiting for what a node says."""

import json
import os
import subprocess

from running_node import BINARY


def refused_start(*arguments, limits=None):
    """`almanac serve` that is expected to end by itself. `limits` runs in the child before it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ALMANAC_")}
    given = [str(argument) for argument in arguments]
    if not any(argument.startswith("--http.listen") for argument in given):
        given += ["--http.listen", "127.0.0.1:0"]
    return subprocess.run([BINARY, "serve", *given], env=clean, capture_output=True, text=True, timeout=60,
                          preexec_fn=limits)


def fault_of(done):
    """The one line that says what, where and what to do; the last of a refused start."""
    faults = [json.loads(line) for line in done.stderr.splitlines() if '"level":"error"' in line]
    assert len(faults) == 1, done.stderr
    assert faults[0] == json.loads(done.stderr.splitlines()[-1])
    assert faults[0]["message"].startswith("cannot start: ") and faults[0]["mend"], faults
    return faults[0]


def lines(node):
    whole = node.log_text().rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines()]
