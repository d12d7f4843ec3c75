"""deploy/cluster/run: what it shows, and that nothing is left of it."""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from running_node import BINARY
from waiting import wait_until

RUN = Path(__file__).parents[2] / "deploy/cluster/run"


def free_ports_in_a_row():
    for first in range(20000, 32000, 7):
        probes = [socket.socket() for _ in range(3)]
        try:
            for number, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + number))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise AssertionError("no three free ports in a row")


@pytest.fixture
def example(tmp_path):
    """It runs; its files lie in tmp_path / "home", what it says in tmp_path / "said"."""
    home = tmp_path / "home"
    home.mkdir()
    said = open(tmp_path / "said", "wb")
    environment = os.environ | {"ALMANAC_BINARY": BINARY, "TMPDIR": str(home)}
    running = subprocess.Popen([RUN, "--once", str(free_ports_in_a_row())], env=environment, stdin=subprocess.DEVNULL,
                               stdout=said, stderr=said, start_new_session=True)
    yield running
    if running.poll() is None:
        running.terminate()
        running.wait(timeout=60)


def processes_with(text):
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and text.encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


def check_nothing_is_left(home):
    wait_until(lambda: not processes_with(str(home)), told=lambda: processes_with(str(home)))
    assert list(home.iterdir()) == []


def test_the_example_writes_through_a_fail_over_and_leaves_nothing(example, tmp_path):
    status = example.wait(timeout=300)
    said = (tmp_path / "said").read_text()
    print(said)
    assert status == 0, said
    assert re.search(r"node-\d owns the log\n", said)
    assert said.count('"displayName":"Support assistant"') == 2
    assert re.search(r"== A model created at node-3, read at node-2\nnode-3, position \d+: (.*)\nnode-2: \1\n", said)
    assert re.search(r"written \d+ ms after the kill, sent \d+ times under one key", said)
    assert said.count('"displayName":"Written during the fail-over"') == 2, "as answered, and as the node that came back has it"
    assert "Killed" not in said
    check_nothing_is_left(tmp_path / "home")


def test_the_example_ends_on_ctrl_c_and_leaves_nothing(example, tmp_path):
    said = tmp_path / "said"
    wait_until(lambda: "== Three nodes" in said.read_text() or example.poll() is not None, 120, said.read_text)
    assert example.poll() is None, said.read_text()
    os.killpg(example.pid, signal.SIGINT)
    assert example.wait(timeout=60) == 130, (tmp_path / "said").read_text()
    check_nothing_is_left(tmp_path / "home")
