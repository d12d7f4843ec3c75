"""The reference consumer of deploy/examples/billing as a process."""

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

BILLING = Path(__file__).parents[2] / "deploy/examples/billing/billing"
ALWAYS = ("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z")


class Billing:
    def __init__(self, directory, bootstrap, topic):
        self.database = Path(directory) / "billing.db"
        self.topic = ["--brokers", bootstrap, "--topic", topic]
        self.process = None

    def run(self, verb, *arguments):
        return subprocess.run([sys.executable, BILLING, verb, *map(str, arguments), "--database", self.database],
                              capture_output=True, text=True, timeout=120)

    def ask(self, verb, *arguments):
        done = self.run(verb, *arguments)
        assert done.returncode == 0, done
        return json.loads(done.stdout)

    def once(self):
        """Folds all that is there; the finished process."""
        return self.run("follow", *self.topic, "--once")

    def start(self):
        self.process = subprocess.Popen([sys.executable, BILLING, "follow", *self.topic, "--database", self.database],
                                        stderr=subprocess.PIPE, text=True)

    def kill(self):
        assert self.process.poll() is None, self.process.stderr.read()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def position(self):
        """Of the last folded record, out of its database; -1 while there is none."""
        if not self.database.exists():
            return -1
        with closing(sqlite3.connect(self.database)) as db:
            try:
                return db.execute("SELECT position FROM place").fetchone()[0]
            except sqlite3.OperationalError:  # it is being made
                return -1

    def status(self):
        return self.ask("status")

    def rates(self, *models, period=ALWAYS):
        """{model: its intervals}"""
        told = {}
        for item in self.ask("rates", *models, "--from", period[0], "--to", period[1])["items"]:
            told.setdefault(item["modelId"], []).append(item)
        return told
