#!/usr/bin/python3
"""Random faults on three nodes while clients go on, each judged like those of test_faults.py.

    tests/cluster/campaign.py [--faults 20] [--brokers 1] [--seed 1] [--only broker_killed]

One line a fault, then the sums; ends with 1 when anything was lost, doubled or not linearizable. Histories that are wrong are kept
in build/histories, and the nodes' directories are left then.
"""

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import faults  # noqa: E402
from clients import Clients  # noqa: E402
from nodes import Brokers, Cluster  # noqa: E402
from verdict import judge  # noqa: E402


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=20)
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=sorted(each.__name__ for each in faults.EVERY), help="this kind of fault alone")
    return parser.parse_args()


def order(count, chance, only):
    """Every kind as often as any other, in an order that changes."""
    every = [each for each in faults.EVERY if only in (None, each.__name__)]
    kinds = []
    while len(kinds) < count:
        kinds += chance.sample(every, len(every))
    return kinds[:count]


def row(number, name, figures):
    print(f"{number:>4} {name:<18} {figures.acknowledged:>12} {figures.unknown:>9} {figures.refused:>11} {figures.reads:>6} "
          f"{figures.lost:>4} {figures.doubled:>7} {len(figures.faults):>6} {figures.write_gap:>10.2f} {figures.read_gap:>9.2f}", flush=True)


def main():
    given = options()
    chance = random.Random(given.seed)
    judged = []
    directory = Path(tempfile.mkdtemp(prefix="campaign-"))
    brokers = Brokers(directory / "brokers", given.brokers)
    cluster = Cluster(directory / "nodes", brokers, linked=True)
    try:
        cluster.start(3)
        print(f"{given.faults} faults, {given.brokers} brokers, seed {given.seed}; nodes in {directory}\n"
              "   # fault              acknowledged not known not applied  reads lost doubled faults write gap read gap (s)")
        for number, fault in enumerate(order(given.faults, chance, given.only), 1):
            clients = Clients(cluster, f"{given.seed}.{number}")
            faults.suffer(cluster, clients, fault)
            judged.append(judge(cluster, clients, f"{given.seed}-{number}-{fault.__name__}"))
            row(number, fault.__name__, judged[-1])
            print("\n".join(judged[-1].faults[:5]), end="\n" if judged[-1].faults else "", flush=True)
    finally:
        cluster.stop()
        brokers.stop()
    print(f"sums: {sum(each.acknowledged for each in judged)} acknowledged, {sum(each.lost for each in judged)} lost, "
          f"{sum(each.doubled for each in judged)} doubled, {sum(each.models for each in judged)} histories, "
          f"{sum(len(each.faults) for each in judged)} faults found; worst gap of writes "
          f"{max(each.write_gap for each in judged):.2f} s, of reads {max(each.read_gap for each in judged):.2f} s")
    if any(each.faults for each in judged):
        sys.exit(1)
    shutil.rmtree(directory)


main()
