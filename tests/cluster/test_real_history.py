"""Eighteen months of the real LiteLLM map, each change at its own date, in the topic of a node: what its readers are told of it."""

import json
import random
import subprocess
import time
from decimal import Decimal
from pathlib import Path

import pytest

import listed
from nodes import Cluster
from readers import Stream, attributes_of, by_kcat, told
from running_node import BINARY, Node

HISTORY_WRITER = Path(BINARY).parent / "tests/history_writer"
DATES = 50
ONE_BY_ONE = 2  # models of each date, beside its lists


@pytest.fixture(scope="module")
def history():
    if not listed.FILE.exists():
        pytest.skip("the history of the LiteLLM map is not at ../shared/data")
    return listed.Listed(listed.snapshots())


@pytest.fixture(scope="module")
def node(history, tmp_path_factory, brokers):
    """A node on a topic into which the log that took in the history was moved."""
    source = Node(tmp_path_factory.mktemp("source"))
    export = source.directory / "history.jsonl"
    written = subprocess.run([HISTORY_WRITER, source.directory / "data"], check=True, capture_output=True, text=True, timeout=120)
    source.run("log", "export", str(export), "--seal")
    cluster = Cluster(tmp_path_factory.mktemp("history"), brokers)
    source.run("log", "import", str(export), "--brokers", brokers.bootstrap, "--topic", cluster.topic)
    cluster.add()
    try:
        node = cluster.await_owner()
        node.topic, node.bootstrap = cluster.topic, brokers.bootstrap
        node.moved = [json.loads(line)["headers"]["ce_id"] for line in export.read_text().splitlines()[1:-1]]
        assert len(node.moved) == int(written.stdout) + 1, "and LogSealed"
        yield node
    finally:
        cluster.stop()


def test_the_real_history_is_one_sequence_by_pages_by_stream_and_by_topic(history, node):
    stream = Stream(node)  # replay, then live
    node.system_model("live")
    by_pages = told(node, limit=1000)
    by_stream = stream.up_to(by_pages[-1]["id"])
    by_topic = by_kcat(node.bootstrap, node.topic)[:len(by_pages)]
    ids = [event["id"] for event in by_pages]
    assert ids[:len(node.moved)] == node.moved
    assert [event["id"] for event in by_topic] == ids
    assert [event["id"] for _, event in by_stream] == ids[1:], "position 0, behind which the stream began, is not in it"
    assert len(set(ids)) == len(ids) > 5_000
    positions = [event["sequence"] for event in by_pages]
    assert [int(position) for position in positions] == list(range(len(ids)))
    assert [event["sequence"] for event in by_topic] == positions
    assert [place for place, _ in by_stream] == [f"{int(event['sequence'])}.{event['hash'][:16]}" for event in by_pages[1:]]
    assert [event for _, event in by_stream] == by_pages[1:]
    assert by_topic == [attributes_of(event) | {"data": event["data"]} for event in by_pages]
    print(f"{history.changes} changes of the map are {len(node.moved)} events of the moved log; with {len(ids) - len(node.moved)} since: "
          f"{len(ids)} ids by pages, {len(by_topic)} by the topic (kcat), {len(by_stream)} by the stream behind position 0: one sequence, "
          f"with the same positions, attributes and data")


def whole(node, date, more=""):
    """Every page of the catalogue as of that date: models, and the text of each page."""
    models, texts, cursor = [], [], ""
    while True:
        page = node.get(f"/v1/models/catalog?limit=100&asOf={date}{more}{cursor}", node.operator(), connection=node.link)
        assert page.status == 200, page
        told = json.loads(page.body, parse_float=Decimal)
        models += told["items"]
        texts.append(page.body)
        if not told["hasMore"]:
            return models, texts
        cursor = f"&cursor={told['nextCursor']}"


def some_dates(history):
    chance = random.Random(20_250_206)
    return [chance.randint(history.begin, history.end) for _ in range(DATES)]


def test_the_catalogue_as_of_50_dates_is_what_the_raw_history_says_page_by_page_and_one_by_one(history, node):
    node.link = node.connection()
    chance = random.Random(50)
    models = fields = held = over = pages = one_by_one = 0
    began = time.monotonic()
    for at in some_dates(history):
        date, then = listed.time_of(at), history.then(at)
        shown, texts = whole(node, date)
        pages += len(texts)
        expected = {key: standing for key, standing in then.items() if not standing.is_over(at)}
        assert {model["externalKey"] for model in shown} == expected.keys() and len(shown) == len(expected), date
        for model in shown:
            standing = expected[model["externalKey"]]
            created = listed.time_of(history.standings[model["externalKey"]][0].at)
            wanted = standing.fields | {"createdAt": created}
            assert {name: model[name] for name in wanted} == wanted, date
            held += standing.held
            fields += len(wanted)
        models += len(shown)
        ended, texts_of_ended = whole(node, date, "&lifecycleState=end_of_life")
        assert {model["externalKey"] for model in ended} == then.keys() - expected.keys() and len(ended) == len(then) - len(expected)
        over += len(ended)
        pages += len(texts_of_ended)
        for model in chance.sample(shown, ONE_BY_ONE):
            alone = node.get(f"/v1/models/{model['id']}?asOf={date}", node.operator(), connection=node.link)
            assert alone.status == 200 and any(alone.body in text for text in texts), (date, model)
            one_by_one += 1
    assert models > 50_000 and over > 1_000
    print(f"catalogue as of {DATES} dates, {pages} pages: {models} models ({held} of them as they stood before the map made no model of them), "
          f"{fields} fields equal to the raw history, {over} more at their end; {one_by_one} models alone, byte for byte as in "
          f"the list; {time.monotonic() - began:.1f} s")
