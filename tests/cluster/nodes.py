"""Several nodes on one topic of real brokers: what the suites of this folder stand on."""

import json
import os
import shutil
import socket
import subprocess
import time
import uuid
from pathlib import Path

from running_node import Node

BROKERS = Path(__file__).parents[2] / "deploy/cluster/brokers"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Brokers:
    """One cluster of real brokers, for as long as this process lives."""

    def __init__(self, directory, count=1):
        self.directory = Path(directory)
        command = [BROKERS, "start", self.directory, str(count), "--while", str(os.getpid())]
        self.bootstrap = subprocess.run(command, check=True, capture_output=True, text=True, timeout=180).stdout.strip()

    def pid(self, number=1):
        return int((self.directory / str(number) / "pid").read_text())

    def signal(self, which, number=1):
        os.kill(self.pid(number), which)

    def again(self, number=1):
        subprocess.run([BROKERS, "again", self.directory, str(number)], check=True, timeout=180)

    def stop(self):
        subprocess.run([BROKERS, "stop", self.directory], check=True, timeout=60)


class Cluster:
    """Nodes named node-1, node-2, … on a topic of their own."""

    def __init__(self, directory, brokers, settings=None):
        self.directory = Path(directory)
        self.brokers = brokers
        self.topic = f"almanac.{uuid.uuid4().hex}"
        self.settings = settings or {}
        self.nodes = []

    def add(self):
        """Another node, up."""
        node = self.make()
        node.start()
        self.nodes.append(node)
        return node

    def make(self):
        number = len(self.nodes) + 1
        directory = self.directory / f"node-{number}"
        directory.mkdir(parents=True)
        port = free_port()
        node = Node(directory, {
            "http.listen": f"127.0.0.1:{port}", "node.id": f"node-{number}", "node.url": f"http://127.0.0.1:{port}",
            "log.engine": "kafka", "kafka.brokers": self.brokers.bootstrap, "kafka.topic": self.topic,
            "kafka.group": self.topic, "kafka.create_topic": "true", "data.min_free_bytes": 0} | self.settings)
        if self.nodes:
            # One issuer for all, as one identity provider would be.
            first, own = self.nodes[0].directory / "data", directory / "data"
            own.mkdir()
            shutil.copy(first / "FORMAT", own)
            shutil.copytree(first / "development-issuer", own / "development-issuer")
        return node

    def await_owner(self, wait=30, other_than=None):
        """The one node that says it owns the log."""
        end = time.monotonic() + wait
        while time.monotonic() < end:
            for node in self.living():
                if node is not other_than and self.ready(node)["role"] == "owner":
                    return node
            time.sleep(0.02)
        raise AssertionError("nobody owns the log: " + repr([self.ready(node) for node in self.living()]))

    def living(self):
        return [node for node in self.nodes if node.process and node.process.poll() is None]

    @staticmethod
    def ready(node):
        return json.loads(node.request("GET", "/readyz").body)

    def stop(self):
        for node in self.living():
            node.stop()
