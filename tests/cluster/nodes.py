"""Several nodes on one topic of real brokers: what the suites of this folder stand on."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

from running_node import Node
from waiting import wait_until

BROKERS = Path(__file__).parents[2] / "deploy/cluster/brokers"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Link:
    """A way that can be cut, from ports of its own to others; see link.py."""

    def __init__(self, ways):
        pairs = [f"{listen}:{target}" for listen, target in ways]
        self.process = subprocess.Popen([sys.executable, Path(__file__).parent / "link.py", *pairs], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == "ready\n"

    def say(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def cut(self):
        self.say("cut")

    def mend(self):
        self.say("mend")

    def swallow_an_answer(self):
        self.say("swallow")

    def stop(self):
        self.process.kill()
        self.process.wait()


class Brokers:
    """One cluster of real brokers, for as long as this process lives. Each of three nodes has listeners of its own there."""

    LINKED = 3

    def __init__(self, directory, count=1):
        self.directory = Path(directory)
        self.count = count
        command = [BROKERS, "start", self.directory, str(count), "--while", str(os.getpid()), "--links", str(self.LINKED)]
        self.bootstrap = subprocess.run(command, check=True, capture_output=True, text=True, timeout=180).stdout.strip()

    def pid(self, number=1):
        return int((self.directory / str(number) / "pid").read_text())

    def signal(self, which, number=1):
        os.kill(self.pid(number), which)

    def ways(self, node):
        """From the ports that node number `node` is told of, to the brokers."""
        rows = [tuple(map(int, line.split())) for line in (self.directory / "links").read_text().splitlines()]
        return [(named, port) for client, named, port in rows if client == node]

    def leader(self, topic):
        """The number of the broker that leads the topic's partition."""
        told = subprocess.run(["kcat", "-L", "-J", "-b", self.bootstrap, "-t", topic], check=True, capture_output=True,
                              timeout=30).stdout
        return json.loads(told)["topics"][0]["partitions"][0]["leader"]

    def again(self, number=1):
        subprocess.run([BROKERS, "again", self.directory, str(number)], check=True, timeout=180)

    def stop(self):
        subprocess.run([BROKERS, "stop", self.directory], check=True, timeout=60)


class Cluster:
    """Nodes named node-1, node-2, … on a topic of their own; with `linked` each by a way of its own, that can be cut."""

    def __init__(self, directory, brokers, settings=None, linked=False):
        self.directory = Path(directory)
        self.brokers = brokers
        self.linked = linked
        self.links = {}
        self.parent = None
        self.topic = f"almanac.{uuid.uuid4().hex}"
        self.settings = settings or {}
        self.nodes = []

    def start(self, count):
        """So many nodes, the first of which owns the log, and a system model to make others of that all of them have read."""
        for _ in range(count):
            self.add()
        self.await_settled()
        self.parent = self.nodes[0].system_model("shared")["id"]
        self.await_word_of(self.parent)

    def await_settled(self, wait=60, still=1):
        """Until all are in the group, which prefers the first by name: who was there before had the log until then."""
        known, since = None, time.monotonic()
        end = since + wait
        while known is None or time.monotonic() - since < still:
            assert time.monotonic() < end, [self.ready(node) for node in self.living()]
            ready = self.ready(self.nodes[0])
            epoch = ready["epoch"] if ready["role"] == "owner" else None
            if epoch is None or epoch != known:
                known, since = epoch, time.monotonic()
            time.sleep(0.02)

    def add(self, settings=None):
        """Another node, up."""
        node = self.make(settings)
        node.start()
        self.nodes.append(node)
        return node

    def make(self, settings=None):
        number = len(self.nodes) + 1
        directory = self.directory / f"node-{number}"
        directory.mkdir(parents=True)
        port = free_port()
        bootstrap = self.brokers.bootstrap
        if self.linked:
            ways = self.brokers.ways(number)
            self.links[f"node-{number}"] = Link(ways)
            bootstrap = ",".join(f"127.0.0.1:{named}" for named, _ in ways)
        node = Node(directory, {
            "http.listen": f"127.0.0.1:{port}", "node.id": f"node-{number}", "node.url": f"http://127.0.0.1:{port}",
            "log.engine": "kafka", "kafka.brokers": bootstrap, "kafka.topic": self.topic,
            "kafka.group": self.topic, "kafka.create_topic": "true", "data.min_free_bytes": 0} | self.settings | (settings or {}))
        if self.nodes:
            # One issuer for all, as one identity provider would be.
            first, own = self.nodes[0].directory / "data", directory / "data"
            own.mkdir()
            shutil.copy(first / "FORMAT", own)
            shutil.copytree(first / "development-issuer", own / "development-issuer")
        return node

    def await_word_of(self, model, wait=30):
        """Until every node has read of it."""
        for node in self.nodes:
            wait_until(lambda: node.get(f"/v1/models/{model}", node.operator()).status == 200, wait,
                       lambda: (node.settings["node.id"], self.ready(node)))

    def await_owner(self, wait=30, other_than=None):
        """The one node that says it owns the log."""
        def owner():
            return next((node for node in self.living() if node is not other_than and self.ready(node)["role"] == "owner"), None)

        return wait_until(owner, wait, lambda: f"nobody owns the log: {[self.ready(node) for node in self.living()]}")

    def link(self, node):
        """Between that node and the brokers."""
        return self.links[node.settings["node.id"]]

    def living(self):
        return [node for node in self.nodes if node.process and node.process.poll() is None]

    @staticmethod
    def ready(node):
        return json.loads(node.request("GET", "/readyz").body)

    def stop(self):
        for link in self.links.values():
            link.mend()
        for node in self.living():
            node.process.send_signal(signal.SIGCONT)
            node.stop()
        for link in self.links.values():
            link.stop()
