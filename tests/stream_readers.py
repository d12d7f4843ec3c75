"""Many readers of /v1/events/stream in one thread: what they saw, and when."""

import re
import selectors
import socket
import threading
import time

# A frame with data; a chunk of the transfer coding holds whole frames, so that its lines are never within one.
EVENT = re.compile(rb"\nid: (\d+)\.[0-9a-f]{16}\ndata: ")


class Reader:
    """One stream from `after`. What comes is kept as it is and read when somebody asks, so that reading costs little."""

    def __init__(self, address, token, after):
        host, port = address.rsplit(":", 1)
        self.after = after
        self.came = []  # (when, bytes); written by the one thread, read by the other
        self.looked_at = 0
        self.rest = b""
        self.seen = []
        self.ended = False
        self.link = socket.create_connection((host, int(port)))
        self.link.sendall(f"GET /v1/events/stream?after={after} HTTP/1.1\r\nHost: a\r\n"
                          f"Authorization: Bearer {token}\r\n\r\n".encode())
        self.link.setblocking(False)

    def read(self):
        came = self.link.recv(1 << 18)
        self.came.append((time.perf_counter(), came))
        self.ended = not came

    def arrivals(self):
        """(position, when) of each event, in the order in which they came."""
        while self.looked_at < len(self.came):
            when, came = self.came[self.looked_at]
            self.came[self.looked_at] = None
            self.looked_at += 1
            whole, end, self.rest = (self.rest + came).rpartition(b"\n\n")
            self.seen += [(int(position), when) for position in EVENT.findall(whole + end)]
        return self.seen

    def positions(self):
        return [position for position, _ in self.arrivals()]


class Readers:
    """Reads until the `with` block ends. `afters`: a place for each to begin behind."""

    def __init__(self, address, token, afters):
        self.readers = []
        self.selector = selectors.DefaultSelector()
        for after in afters:
            reader = Reader(address, token, after)
            self.readers.append(reader)
            self.selector.register(reader.link, selectors.EVENT_READ, reader)
        self.stopping = False
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        self.wait(lambda reader: reader.came)
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.thread.join()
        for reader in self.readers:
            reader.link.close()

    def run(self):
        while not self.stopping:
            for key, _ in self.selector.select(timeout=0.1):
                key.data.read()
                if key.data.ended:
                    self.selector.unregister(key.fileobj)

    def wait(self, holds, seconds=60):
        """Until it holds for each reader."""
        end = time.monotonic() + seconds
        for reader in self.readers:
            while not holds(reader):
                assert not reader.ended, f"a stream ended after {reader.positions()[-1:]}"
                assert time.monotonic() < end, f"a reader is at {reader.positions()[-1:]}"
                time.sleep(0.002)

    def wait_for(self, position):
        """Until each has seen the event there."""
        self.wait(lambda reader: reader.after >= position or [at for at, _ in reader.arrivals()[-1:]] == [position])
