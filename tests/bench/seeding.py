"""Nodes to measure: an empty one, and one with many models of 1 KB in one organisation."""

import json
import os
import subprocess
import sys
from pathlib import Path

from load import load

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests"))
os.environ.setdefault("ALMANAC_BINARY", str(ROOT / "build/release/almanac"))
from running_node import BINARY, Node  # noqa: E402, F401

TOKEN_FILE = "token"


class Bench:
    """What the command line asked for, and the nodes made so far."""

    def __init__(self, directory, rounds, seconds, models):
        self.directory = Path(directory)
        self.rounds = rounds
        self.seconds = seconds
        self.models = models
        self.threads = 2
        self.nodes = {}

    def program(self, name):
        return ROOT / "build/release/bench" / name

    def run(self, *arguments):
        """A program that prints one line of JSON."""
        environment = os.environ | {"TMPDIR": str(self.directory)}
        done = subprocess.run([str(a) for a in arguments], check=True, capture_output=True, text=True, env=environment)
        return done.stdout

    def node(self, name):
        if name not in self.nodes:
            self.nodes[name] = SeededNode(self, name)
        return self.nodes[name]

    def many(self):
        """A node with all the models asked for."""
        node = self.node("many")
        node.fill(self.models)
        return node

    def stop(self):
        for node in self.nodes.values():
            node.node.stop()


class SeededNode:
    """`running`: a node that is up, of which this is another view."""

    def __init__(self, bench, name, running=None):
        self.bench = bench
        self.directory = bench.directory / name
        self.directory.mkdir()
        self.node = running or Node(self.directory, {"http.threads": bench.threads, "log.level": "warn"}).start()
        self.parent = self.node.system_model()["id"]
        self.token = self.node.token("acme")
        (self.directory / TOKEN_FILE).write_text(self.token)
        self.token_file = self.directory / TOKEN_FILE
        self.small = self.body_for_an_answer_of(1024)
        self.one = json.loads(self.request("POST", "/v1/models", self.small.read_bytes()).body)["id"]
        self.ids = []
        self.pages = []

    def request(self, method, path, body=None, connection=None):
        answer = self.node.request(method, path, body, self.token, connection=connection)
        assert answer.status < 300, answer
        return answer

    def body_of(self, size):
        """A file with a creation whose JSON has that size."""
        fields = {"parentModelId": self.parent, "displayName": "Support assistant", "systemPrompt": ""}
        fields["systemPrompt"] = "p" * (size - len(json.dumps(fields, separators=(",", ":"))))
        file = self.directory / f"body-{size}"
        file.write_text(json.dumps(fields, separators=(",", ":")))
        return file

    def body_for_an_answer_of(self, size):
        """A file with a creation that GET answers with that many bytes."""
        probe = self.request("POST", "/v1/models", self.body_of(300).read_bytes())
        return self.body_of(300 + size - len(probe.body))

    def path(self, target):
        return f"http://{self.node.address}{target}"

    def load(self, target, **what):
        what = {"token": self.token_file, "seconds": self.bench.seconds} | what
        return load(self.path(target), self.node.process.pid, **what)

    def position(self):
        return int(self.request("HEAD", f"/v1/models/{self.one}").headers["Almanac-Position"])

    def fill(self, models):
        """At least so many models, then their ids and the paths of all pages of 20."""
        if len(self.ids) >= models:
            return
        while self.position() < models:
            self.load("/v1/models", body=self.small, seconds=2)
        connection = self.node.connection()
        target = "/v1/models?limit=20"
        while target and len(self.ids) < models:
            self.pages.append(target)
            page = json.loads(self.request("GET", target, connection=connection).body)
            self.ids += [item["id"] for item in page["items"]]
            target = page["hasMore"] and f"/v1/models?limit=20&cursor={page['nextCursor']}"
        connection.close()
        self.id_file = self.directory / "ids"
        self.id_file.write_text("".join(f"/v1/models/{id}\n" for id in self.ids))
        self.page_file = self.directory / "pages"
        self.page_file.write_text("".join(f"{page}\n" for page in self.pages))
