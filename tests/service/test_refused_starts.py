"""What keeps a node from starting is said in one line: what, where, and what to do."""

import resource
import socket

import pytest

from starts import fault_of, refused_start


def test_a_directory_of_something_else_is_refused_and_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    done = refused_start("--data.dir", tmp_path)
    assert done.returncode == 1
    fault = fault_of(done)
    assert str(tmp_path) in fault["message"] and "empty directory" in fault["mend"]
    assert [item.name for item in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("part, stem", [("", "data"), ("log", "log")])
def test_a_directory_of_a_newer_format_is_refused(node, part, stem):
    node.stop()
    file = node.directory / "data" / part / "FORMAT"
    assert file.read_text().startswith(f"almanac {stem} ")
    file.write_text(f"almanac {stem} 9\n")
    done = refused_start("--data.dir", node.directory / "data")
    assert done.returncode == 1
    fault = fault_of(done)
    assert "format 9" in fault["message"] and str(file.parent) in fault["message"]
    assert "run the build that wrote it" in fault["mend"]
    assert file.read_text() == f"almanac {stem} 9\n"


def test_a_read_only_directory_is_refused(mounted):
    place = mounted("read-only", "ro,size=1m")
    done = refused_start("--data.dir", place / "data")
    assert done.returncode == 1
    fault = fault_of(done)
    assert str(place) in fault["message"] and "Read-only" in fault["message"]


def test_a_full_disk_is_refused(mounted):
    place = mounted("full", "size=64k")
    with open(place / "filler", "wb") as filler:
        try:
            filler.write(b"\0" * (64 << 10))
            filler.flush()
        except OSError:
            pass
    done = refused_start("--data.dir", place / "data")
    assert done.returncode == 1
    fault = fault_of(done)
    assert str(place) in fault["message"] and "No space" in fault["message"]


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path):
    (tmp_path / "data").write_text("no directory")
    done = refused_start("--data.dir", tmp_path / "data")
    assert done.returncode == 1
    assert str(tmp_path / "data") in fault_of(done)["message"]


def test_a_port_that_is_taken_is_refused(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = refused_start("--data.dir", tmp_path / "data", "--http.listen", address)
    assert done.returncode == 1
    fault = fault_of(done)
    assert address in fault["message"] and "in use" in fault["message"] and "http.listen" in fault["mend"]


def test_an_address_of_another_machine_is_refused(tmp_path):
    done = refused_start("--data.dir", tmp_path / "data", "--http.listen", "192.0.2.1:8081", "--auth.development", "true")
    assert done.returncode == 1
    fault = fault_of(done)
    assert "192.0.2.1" in fault["message"] and "http.listen" in fault["mend"]


def test_a_descriptor_limit_too_low_for_the_connections_is_refused_with_what_would_do(tmp_path):
    few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1500, 1500))
    done = refused_start("--data.dir", tmp_path / "data", "--http.max_connections", 1400, limits=few)
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if "http.max_connections" in line]
    assert len(said) == 1 and "1500" in said[0] and "ulimit -n" in said[0]
    assert not (tmp_path / "data").exists()


def test_a_descriptor_limit_too_low_for_a_node_is_refused_whatever_the_settings_say(tmp_path):
    few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300))
    done = refused_start("--data.dir", tmp_path / "data", limits=few)
    assert done.returncode == 2
    assert "300" in done.stderr and "ulimit -n" in done.stderr


def test_a_certificate_that_cannot_be_read_is_refused(tmp_path):
    done = refused_start("--data.dir", tmp_path / "data", "--http.tls.certificate", tmp_path / "none.pem",
                         "--http.tls.key", tmp_path / "none.key")
    assert done.returncode == 1
    assert "none.pem" in done.stderr.splitlines()[-1]


def test_a_key_set_file_that_cannot_be_read_is_refused(tmp_path):
    done = refused_start("--data.dir", tmp_path / "data", "--auth.jwks", tmp_path / "none.json", "--auth.project", "p")
    assert done.returncode == 1
    fault = fault_of(done)
    assert "none.json" in fault["message"] and "auth.jwks" in fault["mend"]
