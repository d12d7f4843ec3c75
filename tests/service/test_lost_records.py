"""A log that lost its tail is refused, and the one way on without an export is said aloud and recorded."""

import json
import shutil

import pytest

from running_node import Node
from starts import fault_of, refused_start


def records(node):
    lines = [json.loads(line) for line in node.run("log", "export", "-").splitlines()]
    return [line for line in lines if "position" in line]


@pytest.fixture
def beheaded(tmp_path):
    """A stopped node whose log was put back to an older copy; `kept` is in it, `lost` came later."""
    node = Node(tmp_path).start()
    node.kept = node.system_model("kept")["id"]
    node.stop()
    data = tmp_path / "data"
    shutil.copytree(data / "log", tmp_path / "older")
    node.have = records(node)[-1]["position"]
    node.start()
    node.lost = node.system_model("lost")["id"]
    node.stop()
    node.need = records(node)[-1]["position"]
    shutil.copy(data / "log/end", tmp_path / "newer-end")
    shutil.rmtree(data / "log")
    (tmp_path / "older").rename(data / "log")
    yield node
    if node.process.poll() is None:
        node.stop()


def assert_refused_with_the_way_on(node):
    done = refused_start("--data.dir", node.directory / "data")
    assert done.returncode == 1
    fault = fault_of(done)
    assert f"acknowledged records are missing: have {node.have}, need {node.need}" in fault["message"]
    assert "restore an export" in fault["mend"] and f"--accept-loss-after {node.have}" in fault["mend"]


def test_read_models_that_know_more_than_the_log_refuse_it(beheaded):
    assert_refused_with_the_way_on(beheaded)
    assert_refused_with_the_way_on(beheaded)  # asking changed nothing


def test_the_file_of_the_logs_end_refuses_a_shorter_log_without_any_read_models(beheaded):
    data = beheaded.directory / "data"
    shutil.rmtree(data / "read-models")
    shutil.copy(beheaded.directory / "newer-end", data / "log/end")
    assert_refused_with_the_way_on(beheaded)


def assert_rebuild_refuses_and_changes_nothing(node, have):
    digest = node.run("digest")
    rebuilt = node.run("rebuild", check=False)
    assert rebuilt.returncode == 1 and not rebuilt.stdout, rebuilt
    assert f"acknowledged records are missing: have {have}, need {node.need}" in rebuilt.stderr
    assert "restore an export" in rebuilt.stderr
    assert node.run("digest") == digest


def test_a_rebuild_from_a_log_that_lost_records_is_refused_and_the_read_models_stay(beheaded):
    assert_rebuild_refuses_and_changes_nothing(beheaded, beheaded.have)
    assert_refused_with_the_way_on(beheaded)


@pytest.mark.parametrize("left", ["no directory", "an empty directory"])
def test_a_rebuild_from_no_log_is_refused_and_the_read_models_stay(beheaded, left):
    log = beheaded.directory / "data/log"
    shutil.rmtree(log)
    if left == "an empty directory":
        log.mkdir()
    assert_rebuild_refuses_and_changes_nothing(beheaded, "none")
    done = refused_start("--data.dir", beheaded.directory / "data")
    assert done.returncode == 1 and "acknowledged records are missing: have none" in fault_of(done)["message"]


def test_another_position_than_the_last_one_accepts_nothing(beheaded):
    done = refused_start("--data.dir", beheaded.directory / "data", "--accept-loss-after", int(beheaded.have) - 1)
    assert done.returncode == 1 and "acknowledged records are missing" in fault_of(done)["message"]


def test_an_accepted_loss_is_recorded_and_read_models_that_know_it_are_built_anew(beheaded):
    data = beheaded.directory / "data"
    beheaded.start("--accept-loss-after", beheaded.have)
    assert beheaded.get(f"/v1/models/{beheaded.kept}").status == 200
    assert beheaded.get(f"/v1/models/{beheaded.lost}").status == 404
    assert any("given up" in line for line in beheaded.log_text().splitlines() if "set aside" in line)
    assert [item for item in data.iterdir() if item.name.startswith("read-models.set-aside-")]
    again = beheaded.system_model("again")["id"]

    claim = next(r for r in records(beheaded) if int(r["position"]) == int(beheaded.have) + 1)
    assert claim["headers"]["ce_type"] == "dev.almanac.WriterClaimed.v1"
    assert json.loads(claim["value"])["lossAcceptedAfter"] == beheaded.have

    beheaded.restart()
    assert beheaded.get(f"/v1/models/{again}").status == 200
    beheaded.stop()
    beheaded.run("verify")
    assert json.loads(beheaded.run("rebuild", "--output", "json"))["equal"] is True


def test_a_loss_cannot_be_accepted_where_nothing_is_missing(node):
    node.stop()
    last = records(node)[-1]["position"]
    done = refused_start("--data.dir", node.directory / "data", "--accept-loss-after", last)
    assert done.returncode == 1 and "nothing is missing" in fault_of(done)["message"]
