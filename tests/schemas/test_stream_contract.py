"""What docs/events.md and schemas/asyncapi.json tell the readers of the stream, against the golden log."""
import json
import re

import pytest
from contract_files import (ASYNCAPI, ENVELOPE, EVENT_SCHEMAS, GOLDEN, GOLDEN_RECORDS, ROOT, SCHEMAS, canonical_hash,
                            faults, read)

LOG = [json.loads(line) for line in (GOLDEN / "log.jsonl").read_text(encoding="utf-8").splitlines()]
PAGE = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")


def test_the_golden_log_proves_itself_to_a_reader_of_the_documentation():
    head, *records, end = LOG
    assert head["almanac"] == "log" and head["format"] == 1
    previous, epoch = "0" * 64, 0
    for position, record in enumerate(records):
        assert record["position"] == str(position)
        assert record["headers"]["ce_sequence"] == f"{position:020d}"
        assert record["headers"]["ce_prevhash"] == previous
        assert int(record["headers"]["ce_epoch"]) >= epoch
        assert canonical_hash(record) == record["hash"]
        assert record["headers"]["ce_partitionkey"] == record["key"]
        previous, epoch = record["hash"], int(record["headers"]["ce_epoch"])
    assert end == {"end": str(len(records) - 1), "hash": previous}


def test_no_instant_lies_before_the_event_that_caused_it():
    records = LOG[1:-1]
    for record in records:
        cause = record["headers"].get("ce_causationid")
        caused_at = (records[int(cause)] if cause else record)["headers"]["ce_time"]
        assert json.loads(record["value"])["effectiveAt"] >= caused_at


def test_the_page_shows_every_type_as_the_golden_files_have_it():
    shown = re.findall(r"^### (\w+)\n.*?\n```json\n(.*?)\n```", PAGE, re.MULTILINE | re.DOTALL)
    values = [json.loads(record["value"]) for record in GOLDEN_RECORDS.values()]
    assert [kind for kind, _ in shown] == [kind.split(".")[0] for kind in documented_order()]
    for kind, text in shown:
        assert json.loads(text) in values, kind


def documented_order():
    rows = re.findall(r"^\| \[(\w+)\]\(#", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted(name.split(".")[0] for name in EVENT_SCHEMAS)
    return rows


def test_the_page_names_every_header():
    for header in ENVELOPE["properties"]:
        assert f"`{header}`" in PAGE, header


def resolved(reference):
    """A reference within the document, or to a schema beside it."""
    if not reference.startswith("#/"):
        return read(SCHEMAS / reference)
    at = ASYNCAPI
    for step in reference.removeprefix("#/").split("/"):
        at = at[step]
    return resolved(at["$ref"]) if "$ref" in at else at


def references(at):
    if isinstance(at, dict):
        if "$ref" in at:
            yield at["$ref"]
        for inner in at.values():
            yield from references(inner)
    elif isinstance(at, list):
        for inner in at:
            yield from references(inner)


def test_asyncapi_has_the_structure_of_version_3():
    assert ASYNCAPI["asyncapi"] == "3.0.0"
    assert ASYNCAPI["info"]["title"] and ASYNCAPI["info"]["version"] and ASYNCAPI["info"]["description"]
    allowed = {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"}
    assert set(ASYNCAPI) <= allowed
    for server in ASYNCAPI["servers"].values():
        assert server["host"] and server["protocol"]
    for channel in ASYNCAPI["channels"].values():
        assert channel["address"] and channel["messages"] and channel["servers"]
    for operation in ASYNCAPI["operations"].values():
        assert operation["action"] == "receive"
        channel = operation["channel"]["$ref"]
        assert resolved(channel)
        # An operation's messages are those of its own channel (AsyncAPI 3.0, Operation Object).
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])


def test_every_reference_of_asyncapi_leads_somewhere():
    for reference in references(ASYNCAPI):
        assert resolved(reference)


def test_asyncapi_has_a_message_for_every_type_and_shows_tenants_none_of_the_log():
    kinds = [name.split(".")[0] for name in EVENT_SCHEMAS]
    assert sorted(ASYNCAPI["components"]["messages"]) == sorted(kinds)
    assert sorted(ASYNCAPI["channels"]["log"]["messages"]) == sorted(kinds)
    of_the_log = {"LogCreated", "WriterClaimed", "LogSealed"}
    assert sorted(ASYNCAPI["channels"]["stream"]["messages"]) == sorted(set(kinds) - of_the_log)


@pytest.mark.parametrize("kind", ASYNCAPI["components"]["messages"])
def test_the_examples_of_a_message_are_valid(kind):
    message = ASYNCAPI["components"]["messages"][kind]
    assert message["name"] == f"dev.almanac.{kind}.v1"
    assert message["examples"]
    for example in message["examples"]:
        assert faults(resolved(message["headers"]["$ref"]), example["headers"]) == []
        assert faults(resolved(message["payload"]["$ref"]), example["payload"]) == []
        assert example["headers"]["ce_type"] == message["name"]
        key = message["bindings"]["kafka"]["key"]
        assert re.search(key["pattern"], example["headers"]["ce_partitionkey"])
