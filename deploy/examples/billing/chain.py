"""The log as a reader of its topic meets it: what a message must be to be the next record. Written from docs/events.md alone."""

import hashlib
import json
import re
import struct
from dataclasses import dataclass

KNOWN = {f"dev.almanac.{name}.v1" for name in (
    "LogCreated", "ModelCreated", "ModelUpdated", "ModelRepriceCancelled", "ModelRepriced", "ModelDisabled", "ModelEnabled",
    "ModelDeprecated", "ModelDeprecationCancelled", "ModelReachedEndOfLife", "ModelRestored", "ModelDeleted", "CatalogImported",
    "WriterClaimed", "LogSealed")}
CLAIM = "dev.almanac.WriterClaimed.v1"


class Stop(Exception):
    """Nothing behind `position` may be folded before somebody has looked."""

    def __init__(self, position, why):
        super().__init__(f"stopped at position {position}: {why}")
        self.position = position


@dataclass(frozen=True)
class Place:
    """How far a reader has come; what the next record must fit. `offset` is Kafka's, of the last record, for finding it again."""

    position: int = -1
    hash: str = "0" * 64
    epoch: int = 0
    source: str = ""
    time: str = ""
    offset: int = -1


@dataclass(frozen=True)
class Record:
    position: int
    epoch: int
    previous: str
    hash: str
    type: str
    source: str
    headers: dict
    value: bytes

    def event(self):
        return json.loads(self.value)


def canonical(key, value, headers):
    """The bytes that the hash is of. They never change, for any record that was ever written."""
    out = struct.pack(">I", len(key)) + key + struct.pack(">I", len(value)) + value + struct.pack(">H", len(headers))
    for name, text in sorted((name.encode(), text) for name, text in headers.items()):
        out += struct.pack(">H", len(name)) + name + struct.pack(">I", len(text)) + text
    return out


def record_of(key, value, headers):
    """None for a message without a valid envelope: it is nobody's record, and foreign here."""
    named = dict(headers or ())
    if key is None or value is None or None in named.values() or len(named) != len(headers or ()):
        return None
    try:
        text = {name: held.decode() for name, held in named.items()}
    except UnicodeDecodeError:
        return None
    if not (re.fullmatch(r"[0-9]{20}", text.get("ce_sequence", "")) and re.fullmatch(r"0|[1-9][0-9]{0,19}", text.get("ce_epoch", ""))
            and re.fullmatch(r"[0-9a-f]{64}", text.get("ce_prevhash", "")) and "ce_source" in text and "ce_type" in text):
        return None
    return Record(int(text["ce_sequence"]), int(text["ce_epoch"]), text["ce_prevhash"],
                  hashlib.sha256(canonical(key, value, named)).hexdigest(), text["ce_type"], text["ce_source"], text, value)


def is_next(place, record):
    """True: fold it. False: it was folded before; set it aside. Raises Stop for everything that must not be."""
    if record.position < place.position:
        return False
    if record.position == place.position:
        if record.hash != place.hash:
            raise Stop(record.position, f"another record stands there (hash {record.hash}, not {place.hash}): this is another log")
        return False
    expected = place.position + 1
    if record.position > expected:
        raise Stop(expected, f"it is missing: {record.position} stands in its place")
    if record.previous != place.hash:
        raise Stop(expected, f"it does not follow: it names {record.previous} as the hash before it, which is {place.hash}")
    if record.epoch < place.epoch:
        raise Stop(expected, f"its epoch {record.epoch} is older than {place.epoch} before it")
    if place.source and record.source != place.source and not names_new_log(place, record):
        raise Stop(expected, f"it is of another log: {record.source}, not {place.source}")
    if record.type not in KNOWN:
        raise Stop(expected, f"{record.type} is not known here: bring this reader up to date, never skip it")
    return True


def names_new_log(place, record):
    """The one record that may change ce_source: the claim of a copy, in a higher epoch."""
    return (record.type == CLAIM and record.epoch > place.epoch
            and record.source == f"/almanac/{record.event().get('logId')}")


def behind(record, offset):
    """The place of whoever has folded it."""
    return Place(record.position, record.hash, record.epoch, record.source, record.headers["ce_time"], offset)
