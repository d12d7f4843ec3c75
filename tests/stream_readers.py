"""Many readers of /v1/events/stream in one thread: what they saw, and when."""

import re
import selectors
import socket
import threading
import time

# A frame with data; a chunk of the transfer coding holds whole frames, so that its lines are never within one.
EVENT = re.compile(rb"\nid: (\d+)\.[0-9a-f]{16}\ndata: ")


class Reader:
    """One stream from `after`. `positions`: of its events, as they came."""

    def __init__(self, address, token, after):
        host, port = address.rsplit(":", 1)
        self.after = after
        self.positions = []
        self.rest = b""
        self.answered = False
        self.ended = False
        self.link = socket.create_connection((host, int(port)))
        self.link.sendall(f"GET /v1/events/stream?after={after} HTTP/1.1\r\nHost: a\r\n"
                          f"Authorization: Bearer {token}\r\n\r\n".encode())
        self.link.setblocking(False)

    def read(self):
        """Positions that are new."""
        came = self.link.recv(1 << 18)
        self.ended = not came
        self.answered = True
        whole, end, self.rest = (self.rest + came).rpartition(b"\n\n")
        new = [int(position) for position in EVENT.findall(whole + end)]
        self.positions += new
        return new


class Readers:
    """Reads until the `with` block ends. `afters`: a place for each to begin behind. `arrivals`: of
    a position, when it came to each."""

    def __init__(self, address, token, afters):
        self.readers = []
        self.arrivals = {}
        self.selector = selectors.DefaultSelector()
        for after in afters:
            reader = Reader(address, token, after)
            self.readers.append(reader)
            self.selector.register(reader.link, selectors.EVENT_READ, reader)
        self.stopping = False
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        self.wait(lambda reader: reader.answered)
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.thread.join()
        for reader in self.readers:
            reader.link.close()

    def run(self):
        while not self.stopping:
            for key, _ in self.selector.select(timeout=0.1):
                new = key.data.read()
                now = time.perf_counter()
                for position in new:
                    self.arrivals.setdefault(position, []).append(now)
                if key.data.ended:
                    self.selector.unregister(key.fileobj)

    def wait(self, holds, seconds=60):
        """Until it holds for each reader."""
        end = time.monotonic() + seconds
        for reader in self.readers:
            while not holds(reader):
                assert not reader.ended, f"a stream ended after {reader.positions[-1:]}"
                assert time.monotonic() < end, f"a reader is at {reader.positions[-1:]}"
                time.sleep(0.002)

    def wait_for(self, position):
        """Until each has seen the event there."""
        self.wait(lambda reader: reader.after >= position or reader.positions[-1:] == [position])
