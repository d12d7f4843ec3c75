"""The files of the event contract, read once: schemas, golden records, the AsyncAPI document."""
import hashlib
import json
import struct
from pathlib import Path

from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
GOLDEN = ROOT / "tests" / "events" / "golden"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


EVENT_SCHEMAS = {path.name.removesuffix(".json"): read(path) for path in sorted((SCHEMAS / "events").glob("*.json"))}
ENVELOPE = read(SCHEMAS / "envelope.v1.json")
ALL_SCHEMAS = {**EVENT_SCHEMAS, "envelope.v1": ENVELOPE}
GOLDEN_RECORDS = {path.stem: read(path) for path in sorted(GOLDEN.glob("*.json"))}
ASYNCAPI = read(SCHEMAS / "asyncapi.json")


def schema_name(record):
    """`ModelCreated.v1` of a record's ce_dataschema."""
    kind, version = record["headers"]["ce_dataschema"].removeprefix("urn:almanac:schema:").split(":")
    return f"{kind}.{version}"


def takes(schema, value):
    return Draft202012Validator(schema).is_valid(value)


def faults(schema, value):
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]


def canonical_bytes(record):
    """Written from docs/events.md and not from the program's source."""

    def part(text, length):
        raw = text.encode("utf-8")
        return struct.pack(length, len(raw)) + raw

    headers = sorted(record["headers"].items(), key=lambda header: header[0].encode("utf-8"))
    canonical = part(record["key"], ">I") + part(record["value"], ">I") + struct.pack(">H", len(headers))
    return canonical + b"".join(part(name, ">H") + part(text, ">I") for name, text in headers)


def canonical_hash(record):
    return hashlib.sha256(canonical_bytes(record)).hexdigest()
