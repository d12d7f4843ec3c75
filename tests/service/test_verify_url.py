"""`almanac verify --url`: proves a running node's log over HTTP, and believes nobody."""

import copy
import json
import os
import subprocess

import pytest

from lying_log import LyingLog, chained, sealed
from running_node import BINARY, Node


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """The lines of a real log: the head, then its records."""
    node = Node(tmp_path_factory.mktemp("told")).start()
    parent = node.system_model()["id"]
    for number in range(8):
        node.user_model(parent, f"Model {number}")
    told = [json.loads(line) for line in node.get("/v1/log", node.operator()).body.splitlines()]
    node.stop()
    return told[0], told[1:]


def verify(url, *more, environment=None):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ALMANAC_")}
    return subprocess.run([BINARY, "verify", "--url", url, "--token", "a.b.c", "--output", "json", *map(str, more)],
                          env=clean | (environment or {}), capture_output=True, text=True, timeout=60)


def bad(records_or_lines, change=lambda page, number: None, head=None):
    """Exit status 1 and what was found, of a server that lies."""
    with LyingLog(head, records_or_lines, change=change) as liar:
        done = verify(liar.url)
    assert done.returncode == 1, done
    found = json.loads(done.stdout)
    assert not found["ok"] and f"the first bad position is {found['position']}: " in done.stderr
    return int(found["position"]), found["what"]


def test_the_log_of_a_running_node_is_proved_over_http_as_from_its_files(node):
    parent = node.system_model()["id"]
    imported = [{"provider": "p", "modelName": f"m{n}", "displayName": "M", "contextWindow": 1} for n in range(1100)]
    answer = node.request("POST", "/v1/models/catalog/imports", {"mode": "apply", "rows": imported}, node.operator())
    assert answer.status == 200, answer
    node.user_model(parent)
    told = json.loads(node.run("verify", "--url", f"http://{node.address}"))
    assert told == json.loads(node.run("verify")) and int(told["records"]) > 1100
    text = node.run("verify", "--url", f"http://{node.address}", "--token", node.operator(), "--output", "table")
    assert text.startswith(f"verify: ok, {told['records']} records")


def test_only_the_flag_asks_a_node_and_it_goes_with_no_other_source(node, tmp_path):
    node.address = "127.0.0.1:1"
    assert json.loads(node.run("verify"))["ok"], "ALMANAC_URL must not change what is proved"
    for other in ("--log", "--file"):
        done = node.run("verify", "--url", "http://127.0.0.1:1", other, tmp_path, check=False)
        assert done.returncode == 2 and "--url" in done.stderr


def test_a_node_that_cannot_be_reached_is_3_and_names_no_bad_position():
    done = verify("http://127.0.0.1:1")
    assert done.returncode == 3 and done.stdout == ""
    assert "cannot reach" in done.stderr and "position" not in done.stderr


def test_a_node_that_says_no_is_1_with_its_reason_and_names_no_bad_position(node):
    url = f"http://{node.address}"
    for token, reason in ((node.token("acme", "events:read"), "Missing required scope: events:read:all"),
                          ("a.b.c", "Invalid or expired token.")):
        done = node.run("verify", "--url", url, "--token", token, check=False)
        assert done.returncode == 1 and done.stdout == ""
        assert reason in done.stderr and "bad position" not in done.stderr


def test_pages_of_a_log_that_is_as_written_are_walked_to_the_end(lines):
    head, records = lines
    with LyingLog(head, records) as honest:
        done = verify(honest.url)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) | {"records": str(len(records)), "hash": records[-1]["hash"]} == json.loads(done.stdout)
    assert honest.asked == ["/v1/log?limit=1000"] + [f"/v1/log?limit=1000&after={n}" for n in range(3, len(records) - 1, 4)]


def test_a_node_that_asks_to_wait_is_asked_again(lines):
    def busy_once(page, number):
        if number == 2:
            page.status, page.headers = 429, {"Retry-After": "1"}

    with LyingLog(*lines, change=busy_once) as busy:
        assert verify(busy.url).returncode == 0
        assert busy.asked[1] == busy.asked[2]


def altered(records, position, change):
    records = copy.deepcopy(records)
    change(records[position])
    return records


def flip(record):
    record["value"] = record["value"].replace('"Model', '"Nodel', 1)


def test_a_flipped_bit_is_found_at_its_position(lines):
    head, records = lines
    position, what = bad(altered(records, 6, flip), head=head)
    assert position == 6 and "the record's hash is" in what


def test_a_flipped_bit_under_a_hash_of_its_own_is_found_by_the_record_behind_it(lines):
    head, records = lines
    lie = altered(records, 6, flip)
    lie[6] = sealed(lie[6])
    position, what = bad(lie, head=head)
    assert position == 7 and "does not follow" in what


def test_a_gap_is_found_within_a_page_and_between_pages(lines):
    head, records = lines
    for missing in (5, 8):
        position, what = bad(records[:missing] + records[missing + 1:], head=head)
        assert position == missing and "is missing" in what


def test_an_epoch_that_goes_back_is_found_though_every_hash_fits(lines):
    head, records = lines
    lie = chained(altered(records, 5, lambda record: record["headers"].update(ce_epoch="7")))
    position, what = bad(lie, head=head)
    assert position == 6 and "has epoch 1, older than 7" in what


def test_a_record_that_is_no_event_is_found(lines):
    head, records = lines
    lie = chained(altered(records, 5, lambda record: record.update(value='{"effectiveAt":1}')))
    position, what = bad(lie, head=head)
    assert position == 5 and "effectiveAt" in what


def first_page(change):
    return lambda page, number: change(page) if number == 1 else None


@pytest.mark.parametrize("change, says", [
    (lambda page: setattr(page, "read_to", "2"), "Almanac-Read-To says 2"),
    (lambda page: setattr(page, "read_to", "9"), "Almanac-Read-To says 9"),
    (lambda page: page.lines.pop(0), "comes before the head"),
    (lambda page: page.lines.insert(2, page.lines[0]), "is a second head"),
    (lambda page: page.lines.append('{"end":"3","hash":"' + "0" * 64 + '"}'), "is an end"),
    (lambda page: page.lines.clear(), "it has no head"),
    (lambda page: page.lines.__setitem__(slice(1, None), []), "it holds no record"),
    (lambda page: page.lines.__setitem__(0, "<html>"), "is not JSON"),
    (lambda page: setattr(page, "cut", 9), "its last line is cut off"),
])
def test_a_page_that_is_not_as_a_node_sends_it_is_refused(lines, change, says):
    head, records = lines
    position, what = bad(records, first_page(change), head)
    assert position <= 4 and says in what


def test_a_page_that_comes_again_and_a_last_one_that_is_empty_are_refused(lines):
    head, records = lines

    def again(page, number):
        if number == 2:
            page.lines = [json.dumps(line) for line in [head, *records[:4]]]
            page.read_to = "3"

    position, what = bad(records, again, head)
    assert position == 4 and "0 stands in its place" in what

    def empty(page, number):
        if number == 2:
            page.lines, page.link, page.read_to = page.lines[:1], None, "3"

    position, what = bad(records, empty, head)
    assert position == 4 and "it holds no record" in what


def test_a_head_of_another_log_than_its_records_is_refused(lines):
    head, records = lines
    position, what = bad(records, head=head | {"logId": "0190aaaa-0000-7000-8000-000000000000"})
    assert position == len(records) and "its head says log 0190aaaa" in what
