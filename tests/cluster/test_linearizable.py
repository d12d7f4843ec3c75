"""The judge of histories is itself judged: by histories that are right and by ones that are not."""

import itertools
import math
import random

import pytest

from linearizable import ABSENT, STALE, Model, Operation, from_json, linearizable, smallest, step, text, to_json


def create(invoked, completed, name="a", client="c"):
    return Operation(client, "create", invoked, completed, name, None, Model(1, name))


def rename(invoked, completed, name, version, if_match=None):
    return Operation("c", "rename", invoked, completed, name, if_match, Model(version, name))


def stale(invoked, completed, name, if_match):
    return Operation("c", "rename", invoked, completed, name, if_match, STALE)


def lost(invoked, name, if_match=None):
    return Operation("c", "rename", invoked, math.inf, name, if_match, None)


def read(invoked, completed, version, name):
    return Operation("c", "read", invoked, completed, None, None, Model(version, name))


def absent(invoked, completed):
    return Operation("c", "read", invoked, completed, None, None, ABSENT)


RIGHT = {
    "nothing": [],
    "one after the other": [absent(0, 1), create(2, 3), read(4, 5, 1, "a"), rename(6, 7, "b", 2), read(8, 9, 2, "b")],
    "two at once, in either order": [create(0, 1), rename(2, 5, "b", 3), rename(2, 5, "c", 2), read(6, 7, 3, "b")],
    "a read beside a write sees it or not": [create(0, 1), rename(2, 9, "b", 2), read(3, 4, 1, "a"), read(5, 6, 2, "b")],
    "a write without an answer that was done": [create(0, 1), lost(2, "b"), read(8, 9, 2, "b")],
    "a write without an answer that was not done": [create(0, 1), lost(2, "b"), read(8, 9, 1, "a"), rename(10, 11, "c", 2)],
    "a write without an answer that is done late": [create(0, 1), lost(2, "b"), read(8, 9, 1, "a"), read(10, 11, 2, "b")],
    "of two bound to one version one is refused": [create(0, 1), rename(2, 5, "b", 2, 1), stale(2, 5, "c", 1)],
    "a creation without an answer": [Operation("c", "create", 0, math.inf, "a"), absent(1, 2), read(3, 4, 1, "a")],
}

WRONG = {
    "a write that is lost": [create(0, 1), rename(2, 3, "b", 2), read(4, 5, 1, "a")],
    "a write that is done twice": [create(0, 1), rename(2, 3, "b", 2), read(4, 5, 3, "b")],
    "a read that steps back": [create(0, 1), rename(2, 9, "b", 2), read(3, 4, 2, "b"), read(5, 6, 1, "a")],
    "a read of what nobody wrote": [create(0, 1), read(2, 3, 2, "x")],
    "two writes that both made one version": [create(0, 1), rename(2, 5, "b", 2), rename(2, 5, "c", 2)],
    "two bound to one version and both taken": [create(0, 1), rename(2, 5, "b", 2, 1), rename(2, 5, "c", 3, 1)],
    "one refused although its version was the last": [create(0, 1), stale(2, 3, "b", 1)],
    "a refusal by one who is behind": [create(0, 1), rename(2, 3, "b", 2), rename(4, 5, "c", 3), stale(6, 7, "d", 3)],
    "one that was refused and done": [create(0, 1), rename(2, 3, "b", 2), stale(4, 5, "c", 1), read(6, 7, 3, "c")],
    "a write without an answer that is done twice": [create(0, 1), lost(2, "b"), read(3, 4, 2, "b"), rename(5, 6, "c", 3),
                                                     read(7, 8, 4, "b")],
    "a write that happens before it begins": [create(0, 1), read(2, 3, 2, "b"), rename(4, 5, "b", 2)],
    "a model that is gone": [create(0, 1), absent(2, 3)],
    "a model that is there before it is made": [read(0, 1, 1, "a"), create(2, 3)],
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_history_is_taken(name):
    assert linearizable(RIGHT[name])


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_history_is_found_and_its_smallest_form_is_still_wrong(name):
    assert not linearizable(WRONG[name])
    core, initial = smallest(WRONG[name])
    assert 0 < len(core) <= len(WRONG[name])
    assert not linearizable(core, initial), text(core)


def by_all_orders(history):
    """What the search must find, by trying everything."""
    sure = [operation for operation in history if not operation.open]
    perhaps = [operation for operation in history if operation.open]
    for count in range(len(perhaps) + 1):
        for some in itertools.combinations(perhaps, count):
            for order in itertools.permutations(sure + list(some)):
                if keeps_time(order) and fits_all(order):
                    return True
    return False


def keeps_time(order):
    return all(later.completed >= earlier.invoked for earlier, later in itertools.combinations(order, 2))


def fits_all(order):
    state = ABSENT
    for operation in order:
        state = step(state, operation)
        if state is None:
            return False
    return True


def some_history(chance):
    """Five operations after a creation, right or nearly so."""
    history, names = [create(0, 1)], "bcdef"
    for number in range(5):
        invoked = chance.uniform(1, 6)
        completed = invoked + chance.uniform(0.1, 4)
        version = chance.randint(1, 4)
        match chance.randrange(4):
            case 0: history.append(rename(invoked, completed, names[number], version, chance.choice([None, version - 1])))
            case 1: history.append(lost(invoked, names[number]))
            case 2: history.append(stale(invoked, completed, names[number], version))
            case 3: history.append(read(invoked, completed, version, chance.choice("abcdef")))
    return history


def test_the_search_agrees_with_trying_all_orders():
    chance, taken = random.Random(7), 0
    for _ in range(500):
        history = some_history(chance)
        expected = by_all_orders(history)
        assert linearizable(history) == expected, text(history)
        taken += expected
    assert 20 < taken < 480


def long_history(chance, length):
    """What six clients see of a copy that is right, some of their answers lost."""
    free, state, time, history = [0.0] * 6, Model(1, "a"), 1.0, [create(0, 0.5)]
    for number in range(length):
        client = min(range(6), key=lambda each: free[each])
        time = max(time, free[client]) + 0.01
        completed = time + chance.uniform(0, 1)
        invoked = max(free[client], time - chance.uniform(0, 0.5))
        free[client] = completed + 0.001
        if chance.random() < 0.5:
            history.append(read(invoked, completed, state.version, state.name))
            continue
        state = Model(state.version + 1, f"n{number}")
        seen = rename(invoked, completed, state.name, state.version)
        history.append(lost(invoked, state.name) if chance.random() < 0.05 else seen)
    return history, state


def test_a_long_history_is_judged_and_one_stale_read_in_it_is_found():
    for seed in range(5):
        history, state = long_history(random.Random(seed), 120)
        assert linearizable(history)
        end = max(operation.completed for operation in history if not operation.open)
        wrong = history + [read(end + 1, end + 2, state.version - 1, None)]
        assert not linearizable(wrong)
        assert len(smallest(wrong)[0]) < 20


def test_a_kept_history_is_read_as_it_was():
    history = [*WRONG["one that was refused and done"], lost(9, "z", 4), absent(10, 11)]
    assert from_json(to_json(history)) == history
