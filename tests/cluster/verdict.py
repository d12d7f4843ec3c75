"""What clients saw, held against each other and against the log that is left."""

import bisect
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

from linearizable import Model, linearizable, smallest, text, to_json

KEPT = Path(__file__).parents[2] / "build/histories"


@dataclass
class Figures:
    acknowledged: int
    unknown: int
    refused: int
    reads: int
    models: int
    write_gap: float
    read_gap: float
    faults: list
    lost: int = 0
    doubled: int = 0

    def line(self):
        return (f"{self.acknowledged} acknowledged, {self.unknown} not known, {self.refused} not applied, {self.lost} lost, "
                f"{self.doubled} doubled; {self.reads} reads of {self.models} models; longest without a write "
                f"{self.write_gap:.2f} s, without a read {self.read_gap:.2f} s")


def judge(cluster, clients, name="history"):
    """Every fault that is found, and the figures. The clients have ended; a node owns the log."""
    log = events_of(cluster, clients.since)
    faults, lost, doubled = effects(clients, log)
    faults += reads_by_position(clients, log) + order_in_time(clients) + nodes_agree(cluster, clients)
    for target in clients.all_targets():
        if not linearizable(target.history):
            kept = KEPT / f"{re.sub('[^a-z0-9]+', '-', name)}-{target.id}.json"
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(to_json(target.history))
            faults.append(f"model {target.id} is not linearizable (kept as {kept}):\n{text(smallest(target.history)[0])}")
    fates = [write.fate for write in clients.writes]
    return Figures(fates.count("done"), fates.count("unknown"), fates.count("not applied"), len(clients.reads),
                   len(clients.all_targets()), clients.gap(clients.writes_done), clients.gap(clients.reads_done), faults,
                   lost, doubled)


def check(cluster, clients, name):
    figures = judge(cluster, clients, name)
    print(f"\n{name}: {figures.line()}")
    assert not figures.faults, "\n".join(figures.faults[:5])
    assert figures.acknowledged > 20 and figures.reads > 20, figures.line()
    return figures


def events_of(cluster, since):
    """The log behind a position as its owner has it: (position, model, name that it sets) of whatever names a model."""
    made = last_of_all(cluster)
    owner = cluster.await_owner(60)
    after, found = since, []
    while True:
        page = owner.request("GET", f"/v1/events?limit=1000&after={after}", token=owner.operator())
        assert page.status == 200, page
        if not page.json():
            assert found and found[-1][1] == made, "the end is the model that was made last"
            return found[:-1]
        for event in page.json():
            after = int(event["sequence"])
            name_set = name_in(event)
            if name_set is not None:
                found.append((after, event["subject"], name_set))


def last_of_all(cluster, wait=60):
    """A model that is made behind everything that the clients did."""
    end = time.monotonic() + wait
    while True:
        node = cluster.await_owner(wait)
        body = {"parentModelId": cluster.parent, "displayName": "the last"}
        answer = node.request("POST", "/v1/models", body, node.token())
        if answer.status == 201:
            return answer.json()["id"]
        assert answer.status == 503 and time.monotonic() < end, answer
        time.sleep(0.2)


def name_in(event):
    data = event["data"]
    if "ModelCreated" in event["type"]:
        return data["model"]["displayName"]
    return next((change["to"] for change in data.get("changes", []) if change["field"] == "displayName"), None)


def effects(clients, log):
    """Whatever was acknowledged has one effect, where it was said to have it; what was refused has none."""
    faults, lost, doubled = [], 0, 0
    where = {}
    for position, _, name in log:
        where.setdefault(name, []).append(position)
    for write in clients.writes:
        found = where.get(write.name, [])
        if len(found) > 1:
            doubled += 1
            faults.append(f"doubled: {write} stands at {found}")
        if write.fate == "done" and write.position not in found:
            lost += 1
            faults.append(f"lost: {write}, found at {found}")
        if write.fate in ("not applied", "stale") and found:
            faults.append(f"{write} was done all the same, at {found}")
    return faults, lost, doubled


def reads_by_position(clients, log):
    """Every answer is the model as of the position that it names, and that is as new as was asked for."""
    faults, states = [], {}
    for position, model, name in log:
        of_model = states.setdefault(model, [])
        of_model.append((position, Model(len(of_model) + 1, name)))
    for read in clients.reads:
        if read.position < read.at_least:
            faults.append(f"too old: {read}")
        of_model = states.get(read.model, [])
        number = bisect.bisect_right(of_model, read.position, key=lambda state: state[0])
        expected = of_model[number - 1][1] if number else None
        # A node that writes may answer from a batch that came after the one which it names.
        later = [state for position, state in of_model[number:]]
        if read.seen != expected and read.seen not in later:
            faults.append(f"not what the log says, {expected}: {read}")
    return faults


def order_in_time(clients):
    """A write that began after another was acknowledged comes after it in the log."""
    done = [write for write in clients.writes if write.fate == "done"]
    ended = sorted(done, key=lambda write: write.completed)
    highest, number, faults = -1, 0, []
    for write in sorted(done, key=lambda write: write.invoked):
        while ended[number].completed < write.invoked:
            highest = max(highest, ended[number].position)
            number += 1
        if write.position < highest:
            faults.append(f"{write} comes before position {highest}, acknowledged earlier")
    return faults


def nodes_agree(cluster, clients):
    """At one position all nodes have the same."""
    owner = cluster.await_owner(60)
    position = owner.request("GET", "/v1/models?limit=1", token=owner.token()).headers["Almanac-Position"]
    some = [target.id for target in clients.all_targets()][-3:]
    faults = []
    for path in [f"/v1/models/{model}" for model in some] + ["/v1/models?limit=100"]:
        said = {node.settings["node.id"]: node.request("GET", path, token=node.token(),
                                                       headers={"Almanac-Min-Position": position}).body
                for node in cluster.living()}
        if len(set(said.values())) != 1:
            faults.append(f"nodes differ on {path}: {json.dumps({k: v.decode()[:200] for k, v in said.items()})}")
    return faults
