"""From the first line of a start to the last of a stop."""

import json
import signal

from running_node import Node
from starts import lines, refused_start
from waiting import wait_until


def test_a_start_says_what_it_found_and_one_ready_line(node):
    said = lines(node)
    ready = [line for line in said if line["message"] == "ready"]
    assert len(ready) == 1
    assert ready[0]["address"] == node.address and ready[0]["position"] and ready[0]["took_ms"]
    assert any(line["message"] == "found" for line in said)
    assert any("development issuer" in line["message"] for line in said)


def test_a_clean_stop_is_0_and_takes_the_address_file_away(node):
    assert node.stop() == 0
    assert not (node.directory / "address").exists()
    assert lines(node)[-1]["message"] == "stopped"


def test_a_second_process_on_the_same_data_is_told_whose_it_is(node):
    done = refused_start("--data.dir", node.directory / "data")
    assert done.returncode == 1
    assert str(node.process.pid) in done.stderr


def test_a_directory_of_a_newer_or_foreign_format_is_refused(tmp_path):
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("dear")
    assert refused_start("--data.dir", foreign).returncode == 1
    assert [item.name for item in foreign.iterdir() if item.name != "LOCK"] == ["letter.txt"]
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "FORMAT").write_text("almanac data 9\n")
    done = refused_start("--data.dir", newer)
    assert done.returncode == 1 and "9" in done.stderr


def test_an_address_that_is_taken_is_said_in_one_line(node, tmp_path):
    done = refused_start("--data.dir", tmp_path / "other", "--http.listen=127.0.0.1:0", f"--http.listen={node.address}")
    assert done.returncode == 2 and "given twice" in done.stderr
    done = refused_start("--data.dir", tmp_path / "other", "--http.listen", node.address)
    assert done.returncode == 1
    fatal = json.loads(done.stderr.splitlines()[-1])
    assert fatal["level"] == "error" and node.address in fatal["message"] and fatal["mend"]


def test_readyz_tells_reads_and_writes_apart_and_announces_the_development_issuer(node):
    answer = node.request("GET", "/readyz")
    state = answer.json()
    assert answer.status == 200 and state["reads"]["ready"] and state["writes"]["ready"]
    assert any("development issuer" in note for note in state["notes"])
    assert node.request("GET", "/livez").status == 200


def test_metrics_count_what_happened(node):
    node.system_model()
    text = node.request("GET", "/metrics").body.decode()
    assert "almanac_writer_commit_seconds_bucket" in text
    values = {line.rsplit(" ", 1)[0]: line.rsplit(" ", 1)[1] for line in text.splitlines() if not line.startswith("#")}
    assert float(values["almanac_applied_position"]) >= 2
    created = 'almanac_requests_total{operation="createSystemModel",status="201"}'
    assert values[created] == "1", [name for name in values if "requests_total" in name]


def test_ops_answer_at_their_own_address_and_no_longer_at_the_first(tmp_path):
    node = Node(tmp_path, {"ops.listen": "127.0.0.1:0"}).start()
    try:
        ops = next(line["address"] for line in lines(node) if line["message"] == "operations are answered")
        assert node.request("GET", "/readyz").status == 404
        main, node.address = node.address, ops
        assert node.request("GET", "/readyz").status == 200
        assert node.request("GET", "/v1/models", token="x").status == 404
        node.address = main
    finally:
        node.stop()


def test_sighup_reads_the_log_level_again(tmp_path):
    conf = tmp_path / "almanac.conf"
    conf.write_text("log.level = info\n")
    node = Node(tmp_path, {"config": conf}).start()
    try:
        node.get("/v1/models", "no-token")
        assert not any(line["message"] == "answered" for line in lines(node))
        conf.write_text("log.level = debug\n")
        node.process.send_signal(signal.SIGHUP)
        wait_until(lambda: any("SIGHUP" in line["message"] for line in lines(node)))
        def refused():
            node.get("/v1/models", "no-token")
            return any(line["message"] == "answered" for line in lines(node))
        wait_until(refused)
    finally:
        node.stop()


def test_a_configured_key_set_is_used_in_place_of_the_development_issuer(tmp_path):
    first = Node(tmp_path / "first")
    first.directory.mkdir()
    first.start()
    token = first.token()
    jwks = first.directory / "data/development-issuer/jwks.json"
    second = Node(tmp_path / "second", {"auth.jwks": jwks, "auth.project": "almanac-development"})
    second.directory.mkdir()
    second.start()
    try:
        assert second.get("/v1/models", token).status == 200
        assert second.request("GET", "/readyz").json()["notes"] == []
    finally:
        first.stop()
        second.stop()
