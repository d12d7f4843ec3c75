"""A node on a broker that asks for TLS and SASL, by the settings that pass to librdkafka."""

import os
import signal
import subprocess

import pytest
from nodes import Brokers, Cluster, free_port
from waiting import wait_until

PASSWORD = "correct horse battery staple"


def certificates(directory):
    """An authority, and a broker that it vouches for: PEM files."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=authority")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "broker.key", "-out", "broker.csr", "-subj", "/CN=localhost")
    (directory / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1")
    openssl("x509", "-req", "-in", "broker.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "broker.crt", "-days", "2",
            "-extfile", "names")
    (directory / "broker.pem").write_text((directory / "broker.key").read_text() + (directory / "broker.crt").read_text())


class Secured:
    """One broker with a second listener that lets nobody in without TLS and a password."""

    def __init__(self, directory):
        certificates(directory)
        self.brokers = Brokers(directory / "brokers")
        port = free_port()
        self.bootstrap = f"localhost:{port}"
        self.authority = directory / "ca.pem"
        settings = directory / "brokers/1/server.properties"
        text = settings.read_text()
        lines = [f"{line},SECURE://localhost:{port}" if line.startswith(("listeners=", "advertised.listeners=")) else
                 f"{line},SECURE:SASL_SSL" if line.startswith("listener.security.protocol.map=") else line for line in text.splitlines()]
        lines += ["listener.name.secure.sasl.enabled.mechanisms=PLAIN", "listener.name.secure.ssl.keystore.type=PEM",
                  f"listener.name.secure.ssl.keystore.location={directory / 'broker.pem'}",
                  "listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
                  f'user_almanac="{PASSWORD}";']
        self.brokers.signal(signal.SIGKILL)
        wait_until(lambda: not os.path.exists(f"/proc/{self.brokers.pid()}"))
        settings.write_text("\n".join(lines) + "\n")
        self.brokers.again()


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    secured = Secured(tmp_path_factory.mktemp("secured"))
    yield secured
    secured.brokers.stop()


def properties(secured, password_file):
    return {"kafka.properties.security.protocol": "sasl_ssl", "kafka.properties.ssl.ca.location": secured.authority,
            "kafka.properties.sasl.mechanisms": "PLAIN", "kafka.properties.sasl.username": "almanac",
            "kafka.properties.sasl.password_file": password_file}


def test_a_node_with_the_password_owns_and_writes(tmp_path, secured):
    (tmp_path / "password").write_text(PASSWORD)
    cluster = Cluster(tmp_path, secured, properties(secured, tmp_path / "password"))
    node = cluster.add()
    cluster.await_owner()
    assert node.system_model()["provider"] == "northwind"
    assert PASSWORD not in node.log_text()
    cluster.stop()


def test_a_wrong_password_is_said_and_the_node_lives_on(tmp_path, secured):
    (tmp_path / "password").write_text("wrong")
    node = Cluster(tmp_path, secured, properties(secured, tmp_path / "password")).make()
    node.launch()
    try:
        for said in ("Authentication failed: Invalid username or password", "the brokers cannot be reached; trying again"):
            wait_until(lambda: said in node.log_text(), told=node.log_text)
    finally:
        assert node.stop() == 0
