"""docs/operations.md tells operators what works: its commands run as they stand there."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from running_node import BINARY, Node

PAGE = (Path(__file__).parent.parent.parent / "docs/operations.md").read_text()
COMMANDS = [line.strip() for line in PAGE.splitlines() if re.match(r" {4}almanac ", line)]


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("page")).start()
    node.system_model()
    yield node
    node.stop()


def test_the_page_has_commands():
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_runs_beside_a_node(busy, command):
    called = busy.directory / "bin"
    called.mkdir(exist_ok=True)
    if not (called / "almanac").exists():
        (called / "almanac").symlink_to(BINARY)
    environment = os.environ | {"PATH": f"{called}:{os.environ['PATH']}", "ALMANAC_DATA_DIR": str(busy.directory / "data")}
    command = command.replace("http://127.0.0.1:8080", f"http://{busy.address}")
    done = subprocess.run(command, shell=True, cwd=busy.directory, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_setting_that_the_page_names_exists():
    known = known_settings()
    named = set(re.findall(r"`((?:http|data|log|ops|auth|clock|read|limits|policy|kafka|node)\.[a-z_.]+)`", PAGE))
    assert named and named <= known, named - known


def test_the_settings_of_several_nodes_are_taken_as_they_stand_there(tmp_path):
    lines = [line.strip() for line in PAGE.splitlines() if re.match(r" {4}[a-z]+\.[a-z_.]+ = ", line)]
    assert len(lines) >= 8
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    file = tmp_path / "almanac.conf"
    file.write_text("\n".join(re.sub(r"(_file) = .*", rf"\1 = {secret}", line) for line in lines) + "\n")
    done = subprocess.run([BINARY, "config", "check", "--config", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def known_settings():
    page = (Path(__file__).parent.parent.parent / "docs/settings.md").read_text()
    return set(re.findall(r"^\| `([a-z_.]+)`", page, re.M))
