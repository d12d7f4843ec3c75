"""What was answered once is answered for ever: a node tells its past as it told it when that was now, to the byte."""

import json
import random
import re
import shutil
from collections import Counter

import pytest

from running_node import Node

CURSOR = re.compile(rb'"nextCursor":("[^"]*"|null)')
PAST, AHEAD = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"  # none that passes while the test runs
STEPS = 150


class Told:
    """One answer about a model, a list or the catalogue."""

    def __init__(self, kind, path, organization, answer):
        self.kind, self.path, self.organization = kind, path, organization
        self.status = 200 if answer.status == 201 else answer.status
        self.body, self.tag = answer.body, answer.headers["ETag"]
        self.position = answer.headers["Almanac-Position"]

    def is_again(self, answer):
        if self.status != 200:
            return answer.status == self.status
        return (answer.status, timeless(answer.body), answer.headers["ETag"]) == (200, timeless(self.body), self.tag)


def timeless(body):
    """A page's cursor names the `asOf` that it goes on with: all else is the same."""
    return CURSOR.sub(b'"nextCursor":', body)


class Story:
    """Requests by chance, and after each what readers are told."""

    def __init__(self, node, seed):
        self.node, self.chance = node, random.Random(seed)
        self.tokens = {name: node.token(name, "models:read models:write") for name in ("acme", "rival")}
        self.link = node.connection()
        self.systems, self.own, self.gone = [], {"acme": [], "rival": []}, []
        self.told, self.wrote, self.names = [], Counter(), 0

    def ask(self, method, path, body=None, token=None):
        return self.node.request(method, path, body, token or self.node.operator(), connection=self.link)

    def write(self, what, method, path, body=None, organization=None):
        answer = self.ask(method, path, body, self.tokens.get(organization))
        self.wrote[what if answer.status < 300 else "refused"] += 1
        if answer.status in (200, 201) and what in ("create", "change"):  # it says what a GET would
            self.told.append(Told(f"answer to {method}", f"/v1/models/{answer.json()['id']}?", organization or "acme", answer))
        return answer

    def name(self):
        self.names += 1
        return self.chance.choice(["Bo\u00e9", "atlas", "Zephyr", "\U0001f600"]) + f" {self.names}"

    def create_system(self):
        self.systems.append(self.write("create", "POST", "/v1/models/catalog", {
            "provider": self.chance.choice("pqr"), "modelName": self.name(), "displayName": self.name(),
            "contextWindow": self.chance.choice([1000, 100_000]), "creditMultiplier": self.chance.choice([None, 0, 1.5]),
            "isRecommended": self.chance.random() < 0.3}).json()["id"])

    def create_own(self):
        organization = self.chance.choice(["acme", "acme", "rival"])
        made = self.write("create", "POST", "/v1/models", {
            "parentModelId": self.chance.choice(self.systems), "displayName": self.name(),
            "contextWindow": self.chance.choice([None, 900]), "metadata": {"n": 1.50, "text": "\u00fc\n"}}, organization)
        if made.status == 201:
            self.own[organization].append(made.json()["id"])

    def some(self):
        """A model and whose it is; None: an operator's."""
        organization = self.chance.choice(["acme", "rival", None, None])
        models = self.own.get(organization) or self.systems
        return self.chance.choice(models), organization if self.own.get(organization) else None

    def change(self):
        model, organization = self.some()
        body = self.chance.choice([{"displayName": self.name()}, {"enabled": False}, {"enabled": True}, {"contextWindow": 500}]
                                  + ([{"parentModelId": self.chance.choice(self.systems)}] if organization else []))
        self.write("change", "PATCH", f"/v1/models/{model}", body, organization)

    def deprecate(self):
        model, organization = self.some()
        self.write("deprecate", "PUT", f"/v1/models/{model}/deprecation",
                   {"endOfLifeAt": self.chance.choice([PAST, AHEAD, AHEAD]), "deprecationMessage": self.name()}, organization)

    def restore(self):
        model, organization = self.some()
        self.write("restore", "DELETE", f"/v1/models/{model}/deprecation", None, organization)

    def reprice(self):
        body = {"creditMultiplier": self.chance.randint(1, 9), "modelTier": self.chance.choice(["standard", "premium"])}
        if self.chance.random() < 0.3:
            body["effectiveAt"] = AHEAD
        self.write("reprice", "PUT", f"/v1/models/{self.chance.choice(self.systems)}/pricing", body)

    def bring_in(self):
        rows = [{"provider": "i", "modelName": f"m{self.chance.randrange(6)}-{n}", "displayName": self.name(), "contextWindow": 1000}
                for n in range(3)]
        done = self.write("import", "POST", "/v1/models/catalog/imports", {"mode": "apply", "rows": rows}).json()
        if done["batchId"] and self.chance.random() < 0.5:
            self.write("revert", "POST", f"/v1/models/catalog/imports/{done['batchId']}/revert", {})

    def delete(self, model=None, organization=None):
        if model is None:
            model, organization = self.some()
        if self.write("delete", "DELETE", f"/v1/models/{model}", None, organization).status == 204:
            (self.own[organization] if organization else self.systems).remove(model)
            self.gone.append(model)

    def listen(self):
        """What readers are told now."""
        organization = self.chance.choice(["acme", "rival"])
        shown = self.chance.choice(["", "&expand[]=parent", "&expand[]=effective&expand[]=parent"])
        known = self.systems + self.own["acme"] + self.own["rival"] + self.gone[-3:]
        for model in self.chance.sample(known, min(4, len(known))):
            self.hear("model", f"/v1/models/{model}?{shown[1:]}", organization)
        state = self.chance.choice(["", "", "&lifecycleState=end_of_life", "&lifecycleState=disabled"])
        self.hear_pages("list", f"/v1/models?limit=4{shown}{state}", organization)
        self.hear_pages("catalogue", f"/v1/models/catalog?limit=4{shown}{state}", organization)

    def hear(self, kind, path, organization):
        self.told.append(Told(kind, path, organization, self.ask("GET", path, token=self.tokens[organization])))
        return self.told[-1]

    def hear_pages(self, kind, path, organization):
        """The first page, and in one all that there is: a cursor of now is not one of then."""
        if json.loads(self.hear(kind, path, organization).body)["hasMore"]:
            self.hear(kind, path.replace("limit=4", "limit=100"), organization)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("past")).start()
    story = Story(node, seed=6)
    for _ in range(4):
        story.create_system()
    acts = [story.create_system, story.create_own, story.create_own, story.create_own, story.change, story.change, story.change,
            story.deprecate, story.restore, story.reprice, story.bring_in, story.delete]
    for _ in range(STEPS):
        story.chance.choice(acts)()
        story.listen()
    for organization in ("acme", "rival"):
        for model in list(story.own[organization]):
            story.delete(model, organization)
    for model in list(story.systems):
        story.delete(model)
    assert not any(story.own.values())
    yield story
    node.stop()


def told_again(story, answers, as_of=lambda told: told.position):
    """Asks again as of then, and says how many of each kind are the same to the byte: all."""
    story.link = story.node.connection()
    same = Counter()
    for told in answers:
        answer = story.ask("GET", f"{told.path}&asOf={as_of(told)}", token=story.tokens[told.organization])
        assert told.is_again(answer), (told.path, told.position, told.body, answer)
        assert answer.status != 200 or answer.headers["Almanac-Position"] == told.position
        same[told.kind if told.status == 200 else f"{told.kind} {told.status}"] += 1
    return ", ".join(f"{count} x {kind}" for kind, count in sorted(same.items()))


def of_deleted(story):
    gone = set(story.gone)
    return sum(told.status == 200 and told.path.split("?")[0].rsplit("/", 1)[1] in gone for told in story.told)


def test_answers_as_of_a_position_are_the_bytes_of_then_also_of_what_was_deleted_since(story):
    same = told_again(story, story.told)
    assert of_deleted(story) > 100
    print(f"{sum(story.wrote.values())} writes ({', '.join(f'{count} {what}' for what, count in sorted(story.wrote.items()))}); "
          f"as of its position every answer again: {same}; {of_deleted(story)} about models that are deleted now")


def test_as_of_the_time_of_its_last_event_an_answer_is_the_same(story):
    events = story.node.get("/v1/events?limit=1000", story.node.operator()).json()
    assert len(events) < 1000
    times = {event["sequence"].lstrip("0"): event["time"] for event in events}
    last_of = {event["time"]: event["sequence"].lstrip("0") for event in events}
    answers = [told for told in story.told if last_of[times[told.position]] == told.position]
    assert len(answers) > 0.9 * len(story.told), "two events in one millisecond are rare"
    print(f"as of the time of its last event: {told_again(story, answers, lambda told: times[told.position])}")


def test_they_are_the_same_after_a_restart_and_from_read_models_made_anew(story):
    story.node.restart()
    restarted = told_again(story, story.told)
    story.node.stop()
    shutil.rmtree(story.node.directory / "data/read-models")
    story.node.start()
    assert told_again(story, story.told) == restarted
    print(f"after a restart, and from read models made anew: {restarted}")
