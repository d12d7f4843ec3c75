"""The same events by every way there is to them: HTTP pages, the stream, and the topic by a client that knows nothing of Almanac."""

import json
import subprocess
import threading
import time


def told(node, limit=7):
    """All events as GET /v1/events tells whoever may see all, page by page."""
    events, after = [], None
    while True:
        page = node.get(f"/v1/events?limit={limit}" + (f"&after={after}" if after is not None else ""), node.operator())
        assert page.status == 200, page
        events += page.json()
        after = page.headers["Almanac-Read-To"]
        if "Link" not in page.headers:
            return events


def attributes_of(event):
    """Of an event as the API tells it, those that it has in the topic."""
    return {name: value for name, value in event.items() if name not in ("data", "hash")}


def by_kcat(bootstrap, topic):
    """All committed messages of a topic as CloudEvents."""
    done = subprocess.run(["kcat", "-C", "-b", bootstrap, "-t", topic, "-o", "beginning", "-e", "-J", "-q",
                           "-X", "isolation.level=read_committed"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done
    read = []
    for line in done.stdout.splitlines():
        message = json.loads(line)
        headers = dict(zip(message["headers"][::2], message["headers"][1::2]))
        assert headers["ce_partitionkey"] == message["key"] and headers["content-type"] == "application/json"
        attributes = {name.removeprefix("ce_"): text for name, text in headers.items() if name.startswith("ce_")}
        attributes.pop("idempotencykey", None)
        read.append(attributes | {"datacontenttype": headers["content-type"], "data": json.loads(message["payload"])})
    return read


class Stream(threading.Thread):
    """Reads /v1/events/stream behind position 0, for as long as the node answers."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.places, self.events = [], []
        self.link = node.connection()
        self.link.request("GET", "/v1/events/stream?after=0", headers={"Authorization": f"Bearer {node.operator()}"})
        self.answer = self.link.getresponse()
        assert self.answer.status == 200
        self.start()

    def run(self):
        place = None
        for line in self.answer:
            if line.startswith(b"id: "):
                place = line[4:].decode().strip()
            elif line.startswith(b"data: "):
                self.places.append(place)
                self.events.append(json.loads(line[6:]))

    def up_to(self, last):
        """The events up to the one with that id, each with the stream's own id for it, `<position>.<hash>`."""
        end = time.monotonic() + 60
        seen = 0
        while True:
            present = len(self.events)
            for number in range(seen, present):
                if self.events[number]["id"] == last:
                    return list(zip(self.places[:number + 1], self.events[:number + 1]))
            seen = present
            assert time.monotonic() < end and self.is_alive(), "the stream does not tell of it"
            time.sleep(0.02)
