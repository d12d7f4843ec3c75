"""An HTTP server that answers `GET /v1/log` with pages of given lines: a node that tells the truth or does not."""

import http.server
import json
import threading
from urllib.parse import parse_qs, urlsplit

from schemas.contract_files import canonical_hash


def sealed(record):
    """The record with the hash that its bytes have."""
    return record | {"hash": canonical_hash(record)}


def chained(records):
    """All of them sealed again, each naming the one before: what only a liar with patience serves."""
    made, last = [], "0" * 64
    for record in records:
        record = sealed(record | {"headers": record["headers"] | {"ce_prevhash": last}})
        last = record["hash"]
        made.append(record)
    return made


class Page:
    """What is sent for one request; a test changes it at will."""

    def __init__(self, head, records, more):
        self.status = 200
        self.lines = [json.dumps(line) for line in [head, *records]]
        self.read_to = records[-1]["position"] if records else "0"
        self.link = '</v1/log?after=x>; rel="next"' if more else None
        self.headers = {}
        self.cut = 0  # bytes left out at the end


class LyingLog:
    """Serves `records` by pages of `size`; `change(page, number)` may make of each what it wants."""

    def __init__(self, head, records, size=4, change=lambda page, number: None):
        self.asked = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                query = parse_qs(urlsplit(self.path).query)
                after = int(query["after"][0]) if "after" in query else -1
                rest = [record for record in records if int(record["position"]) > after]
                page = Page(head, rest[:size], len(rest) > size)
                change(page, len(outer.asked))
                body = "".join(line + "\n" for line in page.lines).encode()
                body = body[:len(body) - page.cut]
                self.send_response(page.status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Almanac-Read-To", page.read_to)
                if page.link:
                    self.send_header("Link", page.link)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
