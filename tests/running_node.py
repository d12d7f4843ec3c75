"""A real `almanac serve` on a free port, with clients for it: what every black-box suite stands on."""

import http.client
import json
import os
import signal
import subprocess
import time
from pathlib import Path

BINARY = os.environ.get("ALMANAC_BINARY", str(Path(__file__).parent.parent / "build/release/almanac"))
SHARED = Path(__file__).parent.parent.parent / "shared"
OPERATOR = "catalog:write models:read models:write events:read events:read:all"


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Node:
    """Starts in `directory`; settings are given as {"http.threads": 2}."""

    def __init__(self, directory, settings=None):
        self.directory = Path(directory)
        self.settings = {"limits.organization_per_minute": 0, "limits.user_per_minute": 0} | (settings or {})
        self.process = None
        self.address = None
        self.tokens = {}

    def flags(self):
        address_file = self.directory / "address"
        named = {"http.listen": "127.0.0.1:0", "http.address_file": address_file, "data.dir": self.directory / "data"}
        return [f"--{name}={value}" for name, value in (named | self.settings).items()]

    def start(self, *more, wait=60):
        address_file = self.launch(*more)
        end = time.monotonic() + wait
        while not (address_file.exists() and address_file.read_text().strip()):
            assert self.process.poll() is None, f"ended with {self.process.returncode}: {self.log_text()[-2000:]}"
            assert time.monotonic() < end, f"not serving after {wait} s: {self.log_text()[-2000:]}"
            time.sleep(0.01)
        self.address = address_file.read_text().strip()
        return self

    def launch(self, *more):
        """Without waiting until it serves; the file that will say where."""
        address_file = self.directory / "address"
        address_file.unlink(missing_ok=True)
        self.log = open(self.directory / "log", "ab")
        self.process = subprocess.Popen([BINARY, "serve", *self.flags(), *more], stdout=self.log, stderr=self.log)
        return address_file

    def log_text(self):
        return (self.directory / "log").read_text(errors="replace")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)
        return self.process.returncode

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def restart(self, *more):
        self.stop()
        return self.start(*more)

    def token(self, organization="acme", scope="models:read models:write", *more):
        key = (organization, scope, more)
        if key not in self.tokens:
            self.tokens[key] = self.run("token", "--org", organization, "--scope", scope, "--ttl", "6h", *more).strip()
        return self.tokens[key]

    def operator(self):
        return self.token("operators", OPERATOR)

    def run(self, *arguments, check=True):
        """A command on this node's files or, for clients, at its address. Its standard output."""
        environment = os.environ | {"ALMANAC_DATA_DIR": str(self.directory / "data"), "NO_COLOR": "1"}
        if self.address:
            environment["ALMANAC_URL"] = f"http://{self.address}"
        done = subprocess.run([BINARY, *arguments], env=environment, capture_output=True, text=True)
        assert not check or done.returncode == 0, f"almanac {arguments}: {done.returncode}: {done.stderr}"
        return done.stdout if check else done

    def connection(self):
        host, port = self.address.rsplit(":", 1)
        return http.client.HTTPConnection(host, int(port), timeout=30)

    def request(self, method, path, body=None, token=None, headers=None, connection=None):
        link = connection or self.connection()
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        link.request(method, path, body=body, headers=sent)
        response = link.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        if connection is None:
            link.close()
        return answer

    def get(self, path, token=None, **more):
        return self.request("GET", path, token=token or self.token(), **more)

    def system_model(self, name="atlas", **fields):
        body = {"provider": "northwind", "modelName": name, "displayName": name.title(), "contextWindow": 100000,
                "maxTokensPerRequest": 8000, "creditMultiplier": 1} | fields
        answer = self.request("POST", "/v1/models/catalog", body, self.operator())
        assert answer.status == 201, answer
        return answer.json()

    def user_model(self, parent, name="Support", token=None, **fields):
        body = {"parentModelId": parent, "displayName": name} | fields
        answer = self.request("POST", "/v1/models", body, token or self.token())
        assert answer.status == 201, answer
        return answer.json()
