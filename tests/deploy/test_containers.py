"""deploy/containers and the service unit: what can be judged of them without an engine that runs them."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from running_node import BINARY

ROOT = Path(__file__).parents[2]
CONTAINERFILE = (ROOT / "deploy/containers/Containerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "deploy/containers/compose.yaml").read_text())
UNIT = ROOT / "deploy/systemd/almanac.service"
SERVICES = COMPOSE["services"]
NODES = sorted(name for name in SERVICES if name.startswith("node-"))
BROKERS = sorted(name for name in SERVICES if name.startswith("broker-"))


def test_the_image_has_every_library_that_the_program_was_linked_to():
    shown = subprocess.run(["readelf", "--dynamic", BINARY], check=True, capture_output=True, text=True).stdout
    libraries = re.findall(r"\(NEEDED\).*\[(.*)\]", shown)
    assert len(libraries) > 5
    installed = set(CONTAINERFILE.split()) | {"libc6", "libgcc-s1", "libstdc++6"}  # the latter by every Debian
    for library in libraries:
        found = subprocess.run(["dpkg-query", "--search", f"*/{library}"], capture_output=True, text=True).stdout
        packages = {line.split(":")[0] for line in found.splitlines()}
        assert packages & installed, f"{library} is in {packages}"


def test_every_copied_path_is_in_the_repository():
    for line in re.findall(r"^COPY (?!\. )(.*)$", CONTAINERFILE, re.M):
        source = line.replace("--from=build", "").split()[0].removeprefix("/source/")
        assert (ROOT / source).exists() or source.startswith("build/"), line


@pytest.mark.parametrize("name", NODES)
def test_a_nodes_settings_are_taken(name):
    given = {key: str(value) for key, value in SERVICES[name]["environment"].items()}
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ALMANAC_")}
    image = dict(re.findall(r"^ENV (\w+)=(.*)$", CONTAINERFILE, re.M))
    done = subprocess.run([BINARY, "config", "check"], env=clean | image | given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert given["ALMANAC_NODE_ID"] == name and given["ALMANAC_NODE_URL"] == f"http://{name}:8080"
    assert given["ALMANAC_KAFKA_BROKERS"] == ",".join(f"{broker}:9092" for broker in BROKERS)


def test_brokers_name_each_other_and_themselves():
    for number, name in enumerate(BROKERS, 1):
        given = SERVICES[name]["environment"]
        assert given["KAFKA_NODE_ID"] == number
        assert given["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{name}:9092"
        assert f"{number}@{name}:9093" in given["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(",")


def test_what_a_service_stands_on_is_there():
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", [])) <= set(SERVICES), name
        for volume in service["volumes"]:
            assert volume.split(":")[0] in COMPOSE["volumes"], volume
    makers = [name for name in NODES if "ALMANAC_KAFKA_CREATE_TOPIC" in SERVICES[name]["environment"]]
    assert makers == ["node-1"], "the topic has one maker"


def test_systemd_takes_the_unit(tmp_path):
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/usr/local/bin/almanac", BINARY))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
