"""Clients go on through every fault, and what they saw is judged: per model as a single copy would have answered, and every
write done once where it was acknowledged, and nowhere where it was refused."""

import pytest

import faults
from clients import Clients
from verdict import check


@pytest.mark.parametrize("fault", faults.EVERY, ids=lambda fault: fault.__name__)
def test_every_history_is_linearizable_and_every_key_has_one_effect_through(fault, linked):
    clients = Clients(linked)
    faults.suffer(linked, clients, fault)
    check(linked, clients, fault.__name__)
