"""The schemas of events and envelope, held by a validator that shares no line with Almanac."""
import copy
import hashlib
import json

import pytest
from contract_files import (ALL_SCHEMAS, ENVELOPE, EVENT_SCHEMAS, GOLDEN_RECORDS, SCHEMAS, faults, schema_name, takes)
from jsonschema import Draft202012Validator

GOLDEN_VALUES = [pytest.param(schema_name(r), json.loads(r["value"]), id=n) for n, r in GOLDEN_RECORDS.items()]
EXAMPLES = [pytest.param(n, e, id=f"{n}-{i}") for n, s in ALL_SCHEMAS.items() for i, e in enumerate(s["examples"])]
# Where any JSON value may stand there is no wrong type.
ANY_VALUE = {"metadata"}


def subschemas(schema):
    if isinstance(schema, dict):
        yield schema
        for name, inner in schema.items():
            if name != "examples":
                yield from subschemas(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from subschemas(inner)


@pytest.mark.parametrize("name", ALL_SCHEMAS)
def test_a_schema_is_valid_and_describes_every_member(name):
    schema = ALL_SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    kind, version = name.split(".")
    assert schema["$id"] == f"urn:almanac:schema:{kind}:{version}"
    assert schema["title"].lower() == kind.lower() and schema["description"] and schema["examples"]
    for inner in subschemas(schema):
        if isinstance(inner.get("properties"), dict):
            assert inner["additionalProperties"] is False
            for member, held in inner["properties"].items():
                assert held.get("description"), f"{member} is not described"


@pytest.mark.parametrize("name", EVENT_SCHEMAS)
def test_every_type_has_a_golden_record(name):
    assert name in {schema_name(record) for record in GOLDEN_RECORDS.values()}


@pytest.mark.parametrize(("name", "value"), GOLDEN_VALUES)
def test_a_golden_value_is_valid(name, value):
    assert faults(EVENT_SCHEMAS[name], value) == []


@pytest.mark.parametrize("name", GOLDEN_RECORDS)
def test_the_headers_of_a_golden_record_are_valid(name):
    assert faults(ENVELOPE, GOLDEN_RECORDS[name]["headers"]) == []


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_an_example_is_valid(name, example):
    assert faults(ALL_SCHEMAS[name], example) == []


def objects_in(value, path=()):
    """Every object of ours within a value, as its path; not those of metadata."""
    if isinstance(value, dict):
        yield path
        for name, inner in value.items():
            if name not in ANY_VALUE and not of_metadata(value):
                yield from objects_in(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from objects_in(inner, (*path, index))


def of_metadata(change):
    return change.get("field") == "metadata"


def changed(value, path, change):
    """A copy of a value with the object at a path changed."""
    whole = copy.deepcopy(value)
    at = whole
    for step in path:
        at = at[step]
    change(at)
    return whole


def at_path(value, path):
    for step in path:
        value = value[step]
    return value


OPTIONAL_MEMBERS = {"reverts", "modelId", "errors", "lossAcceptedAfter", "sealedAt", "logId"}
OPTIONAL_HEADERS = {"ce_causationid", "ce_idempotencykey", "ce_organization", "ce_reason", "ce_subject",
                    "ce_traceparent"}


@pytest.mark.parametrize(("name", "example"), EXAMPLES + GOLDEN_VALUES)
def test_a_member_more_is_refused_everywhere(name, example):
    for path in objects_in(example):
        assert not takes(ALL_SCHEMAS[name], changed(example, path, lambda at: at.update(colour="red"))), path


@pytest.mark.parametrize(("name", "example"), EXAMPLES + GOLDEN_VALUES)
def test_a_member_less_is_refused_everywhere(name, example):
    checked = 0
    for path in objects_in(example):
        for member in at_path(example, path):
            optional = member in OPTIONAL_HEADERS or (member in OPTIONAL_MEMBERS and name != "LogCreated.v1")
            if not optional:
                assert not takes(ALL_SCHEMAS[name], changed(example, path, lambda at, m=member: at.pop(m))), member
                checked += 1
    assert checked > 0


@pytest.mark.parametrize(("name", "example"), EXAMPLES + GOLDEN_VALUES)
def test_a_wrong_type_is_refused_everywhere(name, example):
    checked = 0
    for path in objects_in(example):
        holder = at_path(example, path)
        for member, held in holder.items():
            if member in ANY_VALUE or (of_metadata(holder) and member in ("from", "to")):
                continue
            wrong = [] if not isinstance(held, list) else {}
            other = changed(example, path, lambda at, m=member, w=wrong: at.update({m: w}))
            assert not takes(ALL_SCHEMAS[name], other), (path, member)
            checked += 1
    assert checked > 0


WRONG = [
    ("ModelRepriced.v1", ("effectiveAt",), "2026-11-22T10:00:00Z"),
    ("ModelRepriced.v1", ("creditMultiplier", "to"), "1.50"),
    ("ModelRepriced.v1", ("creditMultiplier", "to"), 1.5),
    ("ModelRepriced.v1", ("creditMultiplier", "to"), "1e3"),
    ("ModelRepriced.v1", ("creditMultiplier", "to"), "0.0000001"),
    ("ModelRepriced.v1", ("modelTier", "to"), "gold"),
    ("ModelReachedEndOfLife.v1", ("scheduledBy",), "07"),
    ("ModelCreated.v1", ("pricedBy",), "01A202B2-C500-7000-8000-00000FA40000"),
    ("ModelCreated.v1", ("model", "contextWindow"), 0),
    ("ModelCreated.v1", ("model", "displayName"), ""),
    ("ModelUpdated.v1", ("changes",), []),
    ("ModelUpdated.v1", ("changes", 0, "field"), "creditMultiplier"),
    ("LogCreated.v1", ("format",), 2),
    ("CatalogImported.v1", ("rows", 0, "verdict"), "skipped"),
]


@pytest.mark.parametrize(("name", "path", "wrong"), WRONG)
def test_a_value_out_of_its_range_is_refused(name, path, wrong):
    example = copy.deepcopy(EVENT_SCHEMAS[name]["examples"][0])
    assert takes(EVENT_SCHEMAS[name], example)
    at_path(example, path[:-1])[path[-1]] = wrong
    assert not takes(EVENT_SCHEMAS[name], example)


def test_a_released_schema_never_changes():
    released = {}
    for line in (SCHEMAS / "RELEASED.sha256").read_text().splitlines():
        digest, name = line.split("  ")
        released[name] = digest
    files = [*SCHEMAS.glob("events/*.json"), *SCHEMAS.glob("envelope.*.json")]
    assert sorted(released) == sorted(str(path.relative_to(SCHEMAS)) for path in files)
    for name, digest in released.items():
        assert hashlib.sha256((SCHEMAS / name).read_bytes()).hexdigest() == digest, name
