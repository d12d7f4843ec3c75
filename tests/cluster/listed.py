"""What the raw history of the LiteLLM map says of every model at every instant: without an event, a log or a line of Almanac."""

import gzip
import json
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from running_node import SHARED

FILE = SHARED / "data/litellm_history_events.jsonl.gz"
TEXT_MODES = ("chat", "completion", "responses")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def ms_of(time):
    return (datetime.fromisoformat(time.replace("Z", "+00:00")) - EPOCH) // timedelta(milliseconds=1)


def time_of(ms):
    return (EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Snapshot:
    at: int  # ms
    changes: list = field(default_factory=list)


def snapshots():
    found, last = [], None
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        for line in lines:
            change = json.loads(line, parse_float=Decimal)
            if change["snap"] != last:
                found.append(Snapshot(ms_of(change["ts"])))
                last = change["snap"]
            found[-1].changes.append(change)
    return found


def take(entries, change):
    """A change to null takes the field away."""
    key = change["model"]
    if change["type"] == "removed":
        entries.pop(key, None)
    elif change["type"] == "changed":
        entries[key] = entries[key] | {name: to for name, (_, to) in change["changes"].items()}
    else:
        entries[key] = change["value"]


def is_number(value):
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def limit_of(entry, name):
    """The limit, and whether what is said can be one."""
    said = entry.get(name) if entry.get(name) is not None else entry.get("max_tokens")
    if said is None:
        return None, True
    if not is_number(said) or said != int(said) or not 1 <= said <= 100_000_000:
        return None, False
    return int(said), True


def listing_of(key, entry):
    """An entry of the map as the fields of a system model, by the table in the data's README; or why it can be none."""
    mode, price = entry.get("mode"), entry.get("output_cost_per_token")
    if mode not in TEXT_MODES:
        return None, "no text model"
    if price is not None and not (is_number(price) and 0 <= price <= Decimal("0.001")):
        return None, "price"
    multiplier = None if price is None else (Decimal(price) * 10**6).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    window, fits = limit_of(entry, "max_input_tokens")
    if not fits:
        return None, "window"
    output, output_fits = limit_of(entry, "max_output_tokens")
    date = entry.get("deprecation_date")
    fields = {
        "externalKey": key, "modelName": key, "provider": entry["litellm_provider"], "contextWindow": window,
        "maxTokensPerRequest": output, "creditMultiplier": multiplier,
        "modelTier": "premium" if multiplier is not None and multiplier >= 15 else "standard",
        "supportsStreaming": True if entry.get("supports_native_streaming") is None else entry["supports_native_streaming"],
        "supportsTools": entry.get("supports_function_calling") or False,
        "supportsVision": entry.get("supports_vision") or False,
        "supportsReasoning": entry.get("supports_reasoning") or False,
        "endOfLifeAt": f"{date}T00:00:00.000Z" if date else None, "lifecycleState": "deprecated" if date else "active",
    }
    if window is None:
        return fields, "no window"
    if not output_fits:
        return None, "output"
    if date and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
        return None, "date"
    return fields, None


@dataclass
class Standing:
    at: int
    fields: dict
    removed: bool = False  # from the map; the fields are the last ones
    held: bool = False     # the map says something since that can be no model

    def is_over(self, at):
        end = self.fields["endOfLifeAt"]
        return self.removed or (end is not None and ms_of(end) <= at)


class Listed:
    """Of each key that ever could be a model, its standings in the order of time.

    It counts from the first snapshot at which it can be one. What it becomes while it cannot leaves it as it stood, and a window
    that is taken away stands.
    """

    def __init__(self, history):
        self.standings = {}
        self.changes = 0
        entries = {}
        for snapshot in history:
            for change in snapshot.changes:
                take(entries, change)
            for change in snapshot.changes:
                self.stand(change["model"], snapshot.at, entries.get(change["model"]))
            self.changes += len(snapshot.changes)
        self.begin, self.end = history[0].at, history[-1].at

    def stand(self, key, at, entry):
        known = self.standings.get(key)
        if entry is None:
            if known:
                known.append(replace(known[-1], at=at, removed=True))
            return
        fields, why = listing_of(key, entry)
        if known is None:
            if why is None:
                self.standings[key] = [Standing(at, fields)]
        elif why == "no window":
            known.append(Standing(at, fields | {"contextWindow": known[-1].fields["contextWindow"]}))
        elif why:
            known.append(replace(known[-1], at=at, held=True))
        else:
            known.append(Standing(at, fields))

    def then(self, at):
        """Of each model that there was at that instant, its last standing at or before it."""
        found = {}
        for key, standings in self.standings.items():
            last = next((standing for standing in reversed(standings) if standing.at <= at), None)
            if last:
                found[key] = last
        return found
