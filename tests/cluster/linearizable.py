#!/usr/bin/python3
"""Whether what clients saw of one model could have come from a single copy of it that takes one operation at a time.

A search after Wing and Gong (1993) with the memory of Lowe (2017): an operation may come first when no other one ended
before it began; whoever comes first changes the state or must fit it; a set of operations done and a state are tried once.

    tests/cluster/linearizable.py FILE    judges a history that was kept, and shows its smallest form
"""

import bisect
import json
import math
import sys
from dataclasses import asdict, dataclass, replace

SEARCHED_MAX = 2_000_000


class Undecided(Exception):
    """The search was given up: the history is too long or too concurrent."""


@dataclass(frozen=True)
class Model:
    """Version and name. None stands for what is not known: it fits everything."""
    version: int | None = None
    name: str | None = None


UNKNOWN = Model()
ABSENT = "absent"
STALE = "stale"


@dataclass(frozen=True)
class Operation:
    """`create` and `rename` set `name`; `rename` may be bound to a version; `read` changes nothing.

    The answer is a Model, ABSENT, STALE (the version was another), or None where none came: such an operation may take
    effect at any time after its beginning, or never, and `completed` is infinite.
    """
    client: str
    kind: str
    invoked: float
    completed: float = math.inf
    name: str | None = None
    if_match: int | None = None
    answer: Model | str | None = None

    @property
    def open(self):
        return self.answer is None

    @property
    def changes(self):
        return self.kind != "read" and self.answer != STALE


def fits(one, other):
    return one is None or other is None or one == other


def known(one, other):
    return other if one is None else one


def step(state, operation):
    """The state behind the operation, or None where it cannot come here."""
    answer = operation.answer
    if operation.kind == "create":
        return Model(1, operation.name) if state in (ABSENT, UNKNOWN) else None
    if answer == ABSENT:
        return ABSENT if state in (ABSENT, UNKNOWN) else None
    if state == ABSENT:
        return None
    if operation.kind == "read":
        if not fits(state.version, answer.version) or not fits(state.name, answer.name):
            return None
        return Model(known(state.version, answer.version), known(state.name, answer.name))
    if answer == STALE:
        return state if state.version is None or state.version != operation.if_match else None
    if operation.if_match is not None and not fits(state.version, operation.if_match):
        return None
    before = operation.if_match if state.version is None else state.version
    after = None if before is None else before + 1
    if operation.open:
        return Model(after, operation.name)
    return Model(answer.version, operation.name) if fits(after, answer.version) else None


def linearizable(history, initial=ABSENT, searched_max=SEARCHED_MAX):
    """Whether there is an order of the operations that all answers fit."""
    operations = sorted(history, key=lambda operation: operation.invoked)
    must = sum(1 << number for number, operation in enumerate(operations) if not operation.open)
    tried, waiting = set(), [(0, initial)]
    while waiting:
        done, state = waiting.pop()
        done, state, branches = settle(operations, done, state)
        if done & must == must:
            return True
        if (done, state) in tried:
            continue
        tried.add((done, state))
        if len(tried) > searched_max:
            raise Undecided(f"{len(operations)} operations")
        waiting += branches
    return False


def settle(operations, done, state):
    """Takes whatever fits and changes nothing: that is never worse than taking it later. Then the ways to go on."""
    while True:
        branches, settled = [], False
        for number in first(operations, done):
            after = step(state, operations[number])
            if after is None:
                continue
            if not operations[number].changes and after == state:
                done |= 1 << number
                settled = True
            else:
                branches.append((done | 1 << number, after))
        if not settled:
            # Those whose answer is known are tried before those that may never have happened.
            branches.sort(key=lambda branch: not operations[(branch[0] & ~done).bit_length() - 1].open)
            return done, state, branches


def first(operations, done):
    """The numbers of those that may come next."""
    number, horizon, found = (~done & (done + 1)).bit_length() - 1, math.inf, []
    while number < len(operations) and operations[number].invoked <= horizon:
        if not done >> number & 1:
            found.append(number)
            horizon = min(horizon, operations[number].completed)
        number += 1
    return [number for number in found if operations[number].invoked <= horizon]


def smallest(history):
    """A part of a history that is not linearizable, itself not, for a person to read: each cut keeps the truth, since a
    history that is linearizable stays so when it ends earlier, when a read is left out or an answer is not known. With it
    the state that it begins in, which is UNKNOWN where its beginning was left out."""
    core = sorted(history, key=lambda operation: operation.invoked)
    ends = sorted(operation.completed for operation in core if not operation.open)
    core = until(core, ends[bisect.bisect_left(ends, True, key=lambda end: not linearizable(until(core, end)))])
    core, initial = without_beginning(core)
    return without_needless_answers(without_needless(core, initial), initial), initial


def unanswered(operation):
    return replace(operation, answer=None, completed=math.inf)


def until(core, end):
    """What had been seen by then."""
    seen = [operation if operation.completed <= end else unanswered(operation)
            for operation in core if operation.invoked <= end]
    return [operation for operation in seen if operation.changes or not operation.open]


def without_beginning(core):
    """Leaves out what ended before some moment, as late a one as the rest is wrong without it. What was under way then may
    have been done before or after it, and what the model was then is not known."""
    for moment in sorted({operation.invoked for operation in core}, reverse=True):
        rest = [operation if operation.invoked >= moment else unanswered(operation)
                for operation in core if operation.completed >= moment]
        rest = [operation for operation in rest if operation.changes or not operation.open]
        if quickly_refuted(rest, UNKNOWN):
            return rest, UNKNOWN
    return core, ABSENT


def without_needless(core, initial):
    """Leaves out what changes nothing, in pieces that get smaller, for as long as the rest is wrong without it."""
    size = len(core)
    while size > 0:
        for begin in range(0, len(core), size):
            piece = core[begin:begin + size]
            rest = [operation for operation in core if operation.changes or operation not in piece]
            if len(rest) < len(core) and not linearizable(rest, initial):
                core = rest
        size //= 2
    return core


def without_needless_answers(core, initial):
    for number, operation in enumerate(core):
        weaker = core[:number] + [unanswered(operation)] + core[number + 1:]
        if operation.changes and not operation.open and quickly_refuted(weaker, initial):
            core = weaker
    return core


def quickly_refuted(history, initial):
    try:
        return not linearizable(history, initial, searched_max=1000)
    except Undecided:
        return False


def text(history):
    begun = min((operation.invoked for operation in history), default=0)
    return "\n".join(line(operation, begun) for operation in sorted(history, key=lambda operation: operation.invoked))


def line(operation, begun):
    end = "  …    " if operation.open else f"{operation.completed - begun:7.3f}"
    bound = "" if operation.if_match is None else f" if {operation.if_match}"
    said = operation.answer
    if isinstance(said, Model):
        said = f"version {said.version}, {said.name}"
    what = f"{operation.kind} {operation.name or ''}".strip() + bound
    return f"  {operation.invoked - begun:7.3f} to {end}  {operation.client:<10} {what:<28} -> {said or 'not known'}"


def to_json(history):
    return json.dumps([asdict(operation) | {"completed": None if operation.open else operation.completed} for operation in history],
                      indent=1)


def from_json(kept):
    def operation(row):
        said = row["answer"]
        return Operation(**row | {"answer": Model(**said) if isinstance(said, dict) else said,
                                  "completed": math.inf if row["completed"] is None else row["completed"]})
    return [operation(row) for row in json.loads(kept)]


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as kept:
        read = from_json(kept.read())
    if linearizable(read):
        print(f"{len(read)} operations: linearizable")
    else:
        print(f"{len(read)} operations: not linearizable, as these show:\n{text(smallest(read)[0])}")
        sys.exit(1)
