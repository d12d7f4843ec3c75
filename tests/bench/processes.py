"""The servers that are measured, and what the kernel says about them."""

import os
import socket
import subprocess
import time
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of the process, ended threads too."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS_PER_SECOND


def resident_bytes(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(pid)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A program that serves a port until the `with` block ends. Takes the port as {port} in its arguments."""

    def __init__(self, *arguments, log):
        self.port = free_port()
        self.arguments = [str(argument).replace("{port}", str(self.port)) for argument in arguments]
        self.log = log

    def __enter__(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.arguments, stdout=log, stderr=log)
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"{self.arguments[0]} does not serve, see {self.log}") from None
                time.sleep(0.02)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)

    @property
    def pid(self):
        return self.process.pid

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


def bare_beast(bench, body_bytes):
    return Server(bench.program("bare_beast"), "{port}", bench.threads, body_bytes, log=bench.directory / "bare_beast.log")


def etcd(bench):
    peers = f"http://127.0.0.1:{free_port()}"
    return Server("etcd", "--data-dir", bench.directory / "etcd", "--log-level", "error", "--listen-peer-urls", peers,
                  "--initial-advertise-peer-urls", peers, "--initial-cluster", f"default={peers}",
                  "--quota-backend-bytes", 8 << 30, "--listen-client-urls", "http://127.0.0.1:{port}",
                  "--advertise-client-urls", "http://127.0.0.1:{port}", log=bench.directory / "etcd.log")
