"""Clients of a cluster that write down what they asked, when, and what they were told."""

import http.client
import json
import math
import random
import threading
import time
from dataclasses import dataclass, field

from linearizable import STALE, Model, Operation

READ_WAIT = 3
WRITE_WAIT = 7       # a forwarder has 5 s to find an owner and 2 s until it has applied what that one wrote
KEEP_ASKING = 40     # seconds after which a client that has a key asks no more
AVOIDED_FOR = 3      # seconds for which no client asks a node that did not answer
OPERATIONS_MAX = 60  # on one model, so that its history can be judged
MODELS = 6           # at a time
READERS = ("glance", "look")


@dataclass
class Write:
    """One thing that a client wanted to be done once: it sets a name that nothing else sets."""
    name: str
    invoked: float
    completed: float = math.inf
    fate: str = "unknown"  # or done, stale, not applied
    position: int | None = None


@dataclass
class Read:
    """What one node said of a model, at which position, and the position that it was to have reached."""
    node: str
    model: str
    position: int
    at_least: int
    seen: Model
    invoked: float
    completed: float


@dataclass
class Target:
    """A model that clients share: everybody who knows it has heard of its creation."""
    id: str
    position: int
    invoked: float
    asked: int = 0
    history: list = field(default_factory=list)


class Silence(Exception):
    """No answer came; `sent` is whether the request may have arrived."""

    def __init__(self, sent):
        super().__init__()
        self.sent = sent


class Clients:
    def __init__(self, cluster, seed=1, count=6, readers=2):
        self.parent, self.seed = cluster.parent, seed
        # Tokens are made before anything is broken.
        self.tokens = {node.settings["node.id"]: node.token() for node in cluster.nodes}
        self.addresses = {node.settings["node.id"]: node.settings["http.listen"] for node in cluster.nodes}
        self.since = int(cluster.nodes[0].get("/v1/models?limit=1").headers["Almanac-Position"])
        self.lock = threading.Lock()
        self.targets, self.finished = [], []
        self.writes, self.reads, self.writes_done, self.reads_done = [], [], [], []
        self.wrong, self.avoided = [], {}
        self.going = self.reading = True
        self.readers = readers
        self.begun = time.monotonic()
        self.clients = [Client(self, number, number < readers and READERS[number % 2]) for number in range(count + readers)]
        self.threads = [threading.Thread(target=client.run) for client in self.clients]
        for thread in self.threads:
            thread.start()

    def await_work(self, wait=30):
        """Until there are models to read and to write; time without service is counted from then on."""
        end = time.monotonic() + wait
        while len(self.targets) < MODELS or len(self.reads_done) < 20:
            assert time.monotonic() < end and not self.wrong, (len(self.targets), self.wrong[:3])
            time.sleep(0.05)
        self.begun = time.monotonic()

    def stop(self):
        self.going = False
        for thread in self.threads[self.readers:]:
            thread.join()
        self.ended = time.monotonic()
        self.reading = False  # not before: what is counted as time without a read is time in which reads were asked for
        for thread in self.threads[:self.readers]:
            thread.join()
        assert not self.wrong, self.wrong[:3]
        return self

    def all_targets(self):
        return self.finished + self.targets

    def gap(self, moments):
        """The longest time in which nobody was served."""
        marks = [self.begun, *sorted(moment for moment in moments if moment > self.begun), self.ended]
        return max(later - earlier for earlier, later in zip(marks, marks[1:]))

    def pick(self, chance):
        with self.lock:
            for target in list(self.targets):
                if target.asked >= OPERATIONS_MAX:
                    self.targets.remove(target)
                    self.finished.append(target)
            if len(self.targets) < MODELS:
                return None
            target = chance.choice(self.targets)
            target.asked += 1
            return target

    def pick_any(self, chance):
        with self.lock:
            there = self.targets or self.finished  # while nothing can be made, all may be finished
            return chance.choice(there) if there else None

    def choose_node(self, chance):
        now = time.monotonic()
        names = [name for name in self.addresses if self.avoided.get(name, 0) < now]
        return chance.choice(names or list(self.addresses))


class Client:
    """Does one thing after the other, or, with `only`, that one thing, so that it never waits for who writes."""

    def __init__(self, clients, number, only):
        self.all, self.name, self.only = clients, f"client {number}", only
        self.chance = random.Random(f"{clients.seed}/{number}")
        self.count = 0
        self.versions = {}           # model -> the version that this client saw last
        self.written = (0, 0.0)      # the position of its last write, and when that began
        self.position = 0            # the highest that it was ever told

    def run(self):
        try:
            while self.all.reading if self.only else self.all.going:
                self.one()
                time.sleep(self.chance.uniform(0, 0.01))
        except Exception as failure:  # noqa: BLE001 - told by whoever waits for this thread
            self.all.wrong.append(failure)

    def one(self):
        if self.only:
            target = self.all.pick_any(self.chance)
            return target and getattr(self, self.only)(target)
        target = self.all.pick(self.chance)
        if target is None:
            return self.create()
        what = self.chance.random()
        if what < 0.25:
            return self.rename(target, None)
        if what < 0.5:
            return self.rename(target, self.versions.get(target.id))
        if what < 0.7:
            return self.confirm(target)
        return self.look(target)

    # What is asked

    def create(self):
        write = self.begin()
        body = {"parentModelId": self.all.parent, "displayName": write.name}
        answer = self.until_known(write, "POST", "/v1/models", body, {}, 201)
        if answer is None or answer.status != 201:
            return
        seen = model_of(answer)
        target = Target(answer.json()["id"], write.position, write.invoked)
        target.history.append(Operation(self.name, "create", write.invoked, write.completed, write.name, None, seen))
        self.versions[target.id] = seen.version
        with self.all.lock:
            self.all.targets.append(target)

    def rename(self, target, if_match):
        write = self.begin()
        headers = {} if if_match is None else {"If-Match": f'"{if_match}-1-0"'}
        answer = self.until_known(write, "PATCH", f"/v1/models/{target.id}", {"displayName": write.name}, headers, 200)
        if write.fate == "not applied":
            return
        said = None
        if answer is not None:
            said = STALE if answer.status == 412 else model_of(answer)
            if said != STALE:
                self.versions[target.id] = said.version
                self.look_where_it_was_answered(target, write, answer)
            else:
                self.versions.pop(target.id, None)
        target.history.append(
            Operation(self.name, "rename", write.invoked, write.completed, write.name, if_match, said))

    def confirm(self, target):
        """A change that changes nothing: a read that the owner answers, and only after asking the brokers."""
        invoked = time.monotonic()
        try:
            answer = self.ask("PATCH", f"/v1/models/{target.id}", {}, {}, WRITE_WAIT)
        except Silence:
            return
        completed = time.monotonic()
        if answer.status == 503:
            return
        self.read_of(target, answer, invoked, completed, 0, invoked)

    def look(self, target):
        """A read that has to be as new as all that this client was told, and as the model itself."""
        at_least = max(self.position, target.position)
        # As new as that write: so it may have been current at any moment since that write began.
        known_since = max((target.position, target.invoked), self.written)[1]
        invoked = time.monotonic()
        try:
            answer = self.ask("GET", f"/v1/models/{target.id}", None, {"Almanac-Min-Position": str(at_least)}, READ_WAIT)
        except Silence:
            return
        completed = time.monotonic()
        if answer.status != 503:
            self.read_of(target, answer, invoked, completed, at_least, known_since)

    def glance(self, target):
        """A read that may be as old as it likes, so that it is answered whatever is broken."""
        invoked = time.monotonic()
        try:
            answer = self.ask("GET", f"/v1/models/{target.id}", None, {}, READ_WAIT)
        except Silence:
            return
        if answer.status == 404:  # not even the creation is there yet
            self.all.reads_done.append(time.monotonic())
        elif answer.status != 503:  # a node that starts has nothing to say yet
            self.read_of(target, answer, invoked, time.monotonic(), 0, target.invoked, newest=False)

    def look_where_it_was_answered(self, target, write, answer):
        """What a node answered can be read there at once, unless it said so late, being behind itself."""
        if write.completed - write.invoked > 1.5 or self.chance.random() < 0.5:
            return
        invoked = time.monotonic()
        try:
            again = self.ask("GET", f"/v1/models/{target.id}", None, {}, READ_WAIT, answer.node)
        except Silence:
            return
        if again.status != 503:
            self.read_of(target, again, invoked, time.monotonic(), write.position, write.invoked)

    # How it is asked

    def begin(self):
        self.count += 1
        write = Write(f"{self.all.seed}.{self.name[7:]}.{self.count}", time.monotonic())
        with self.all.lock:
            self.all.writes.append(write)
        return write

    def until_known(self, write, method, path, body, headers, good):
        """The answer, or None when it is not known what became of it. With a key it is asked again until it is."""
        keyed = self.chance.random() < 0.7
        if keyed:
            headers = headers | {"Idempotency-Key": f"key-{write.name}"}
        perhaps = False
        while True:
            try:
                answer = self.ask(method, path, body, headers, WRITE_WAIT)
                if answer.status != 503:
                    break
                assert "Retry-After" in answer.headers and answer.json()["outcome"] in ("not_applied", "unknown"), answer
                perhaps = perhaps or answer.json()["outcome"] == "unknown"
            except Silence as silence:
                perhaps = perhaps or silence.sent
            if not keyed or not self.all.going and time.monotonic() - write.invoked > KEEP_ASKING:
                write.fate = "unknown" if perhaps else "not applied"
                return None
            time.sleep(0.05)
        write.completed = time.monotonic()
        assert answer.status in (good, 412), answer
        write.fate = "stale" if answer.status == 412 else "done"
        if write.fate == "done":
            write.position = int(answer.headers["Almanac-Position"])
            self.written = max(self.written, (write.position, write.invoked))
            self.position = max(self.position, write.position)
            self.all.writes_done.append(write.completed)
        return answer

    def read_of(self, target, answer, invoked, completed, at_least, known_since, newest=True):
        position = int(answer.headers["Almanac-Position"])
        assert answer.status == 200, (answer, target.id, at_least, position)
        seen = model_of(answer)
        target.history.append(Operation(self.name, "read", known_since, completed, None, None, seen))
        self.all.reads.append(Read(answer.node, target.id, position, at_least, seen, invoked, completed))
        self.all.reads_done.append(completed)
        if newest:
            self.versions[target.id] = seen.version
        self.position = max(self.position, position)

    def ask(self, method, path, body, headers, wait, name=None):
        name = name or self.all.choose_node(self.chance)
        host, port = self.all.addresses[name].rsplit(":", 1)
        link = http.client.HTTPConnection(host, int(port), timeout=wait)
        try:
            link.connect()
        except OSError:
            self.all.avoided[name] = time.monotonic() + 0.2
            raise Silence(False) from None
        try:
            sent = headers | {"Authorization": f"Bearer {self.all.tokens[name]}"}
            if body is not None:
                sent["Content-Type"] = "application/json"
            link.request(method, path, None if body is None else json.dumps(body), sent)
            response = link.getresponse()
            return Heard(name, response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self.all.avoided[name] = time.monotonic() + AVOIDED_FOR
            raise Silence(True) from None
        finally:
            link.close()


@dataclass
class Heard:
    node: str
    status: int
    headers: object
    body: bytes

    def json(self):
        return json.loads(self.body)


def model_of(answer):
    """Version and name, as the tag and the body have them."""
    return Model(int(answer.headers["ETag"].strip('"').split("-")[0]), answer.json()["displayName"])
