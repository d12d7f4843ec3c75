"""SIGHUP and SIGTERM, through the program."""

import http.server
import signal
import socket
import ssl
import subprocess
import threading

import pytest

from running_node import Node
from starts import lines
from waiting import wait_until


def said(node, text):
    return any(text in line["message"] for line in lines(node))


def test_a_second_sigterm_ends_at_once_and_loses_nothing_acknowledged(node):
    model = node.system_model()["id"]
    host, port = node.address.rsplit(":", 1)
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(f"POST /v1/models HTTP/1.1\r\nHost: {node.address}\r\nAuthorization: Bearer {node.token()}\r\n"
                     "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode())
        wait_until(lambda: 'almanac_connections_open 2' in node.request("GET", "/metrics").body.decode())
        node.process.send_signal(signal.SIGTERM)
        wait_until(lambda: said(node, "stopping"))
        assert node.process.poll() is None  # it waits for the body
        node.process.send_signal(signal.SIGTERM)
        assert node.process.wait(timeout=5) == 128 + signal.SIGTERM
    assert not said(node, "stopped")
    node.start()
    assert node.get(f"/v1/models/{model}").status == 200


def certificate(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out",
                    folder / "certificate.pem"], check=True, capture_output=True)
    return (folder / "certificate.pem").read_text()


def shown_by(node):
    host, port = node.address.rsplit(":", 1)
    return ssl.get_server_certificate((host, int(port)))


def test_sighup_changes_the_certificate_and_a_broken_one_leaves_it(tmp_path):
    first = certificate(tmp_path, "first")
    node = Node(tmp_path, {"http.tls.certificate": tmp_path / "certificate.pem",
                           "http.tls.key": tmp_path / "key.pem"}).start()
    try:
        assert shown_by(node) == first
        second = certificate(tmp_path, "second")
        assert shown_by(node) == first  # not before it is told
        node.process.send_signal(signal.SIGHUP)
        wait_until(lambda: shown_by(node) == second)
        trusted = ssl.create_default_context(cadata=second)
        host, port = node.address.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as plain:
            with trusted.wrap_socket(plain, server_hostname=host) as secured:
                secured.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert secured.recv(64).startswith(b"HTTP/1.1 200 ")
        (tmp_path / "certificate.pem").write_text("not a certificate")
        node.process.send_signal(signal.SIGHUP)
        wait_until(lambda: said(node, "the certificate stays as it was"))
        assert shown_by(node) == second
    finally:
        node.stop()


@pytest.fixture
def issuers(tmp_path):
    """Two development issuers: their key sets, and a token of each."""
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        issuer = Node(folder).start()
        token = issuer.token("acme", "models:read")
        issuer.stop()
        made.append(((folder / "data/development-issuer/jwks.json").read_text(), token))
    return made


def test_sighup_reads_a_key_set_file_again(tmp_path, issuers):
    (keys_one, token_one), (keys_two, token_two) = issuers
    file = tmp_path / "jwks.json"
    file.write_text(keys_one)
    node = Node(tmp_path, {"auth.jwks": file, "auth.project": "almanac-development"}).start()
    try:
        assert node.get("/v1/models", token_one).status == 200
        file.write_text(keys_two)
        assert node.get("/v1/models", token_one).status == 200
        node.process.send_signal(signal.SIGHUP)
        wait_until(lambda: node.get("/v1/models", token_two).status == 200)
        assert node.get("/v1/models", token_one).status == 401  # also where it was remembered as good
        file.write_text("{")
        node.process.send_signal(signal.SIGHUP)
        wait_until(lambda: said(node, "the old keys stay"))
        assert node.get("/v1/models", token_two).status == 200
    finally:
        node.stop()


def test_a_key_set_from_a_url_is_fetched_again_for_a_key_that_is_not_known(tmp_path, issuers):
    (keys_one, token_one), (keys_two, token_two) = issuers
    served = {"keys": keys_one}

    class Provider(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = served["keys"].encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    provider = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{provider.server_port}/jwks"
    node = Node(tmp_path, {"auth.jwks": url, "auth.project": "almanac-development"}).start()
    try:
        assert node.get("/v1/models", token_one).status == 200
        assert node.get("/v1/models", "a.b.c").status == 401
        served["keys"] = keys_two
        wait_until(lambda: node.get("/v1/models", token_two).status == 200)
        assert node.get("/v1/models", token_one).status == 401
        provider.shutdown()
        provider.server_close()
        node.process.send_signal(signal.SIGHUP)
        wait_until(lambda: said(node, "the old keys stay"))
        assert node.get("/v1/models", token_two).status == 200
        assert node.request("GET", "/readyz").status == 200
    finally:
        node.stop()
