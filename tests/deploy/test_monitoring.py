"""deploy/monitoring: every metric that a rule or a panel reads exists, and Prometheus's own tool takes the rules."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/monitoring/alerts.yml"
BOARD = json.loads((ROOT / "deploy/monitoring/dashboard.json").read_text())
PROMTOOL = ROOT / "build/promtool/usr/bin/promtool"


def documented():
    return set(re.findall(r"^\| `([a-z0-9_]+)`", (ROOT / "docs/metrics.md").read_text(), re.M))


def series():
    """The names that a real node exposes; those of a shared log are named by the page alone here."""
    table = re.findall(r"Row\{Name::\w+,\s*MetricType::(\w+),\s*\{\"([a-z0-9_]+)\"", (ROOT / "services/node/metrics.cpp").read_text())
    names = set()
    for kind, name in table:
        names |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "Histogram" else {name}
    return names


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def read_by(expression):
    """Names of series: what is left when labels, durations and functions are gone."""
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(?:by|on|group_left|group_right)\s*\([^)]*\)|\"[^\"]*\"", " ", expression)
    words = set(re.findall(r"\b[a-z_][a-z0-9_]*\b(?!\s*\()", bare))
    return words - {"by", "on", "or", "and", "offset", "sum", "max", "m", "rate"}


def expressions():
    yield from ((rule["alert"], rule["expr"]) for rule in rules())
    yield from ((panel["title"], target["expr"]) for panel in BOARD["panels"] for target in panel["targets"])


def test_the_table_of_metrics_was_found():
    assert len(series()) > 30
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in series()} == documented()


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_a_rule_or_panel_reads_series_that_nodes_expose(where, expression):
    read = read_by(expression) - {"up"}  # Prometheus makes `up` itself
    assert read <= series(), f"{where}: {read - series()}"
    assert read or "up" in expression


def test_every_alert_says_what_it_means():
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket") and rule["annotations"]["summary"], rule


def test_panels_have_places_of_their_own():
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in BOARD["panels"]]
    assert len(places) == len(set(places)) and len({panel["id"] for panel in BOARD["panels"]}) == len(places)


@pytest.mark.parametrize("arguments", [("check", "rules", RULES), ("test", "rules", Path(__file__).parent / "alerts.yml")])
def test_prometheus_takes_the_rules_and_they_fire_when_they_should(arguments):
    tool = PROMTOOL if PROMTOOL.exists() else shutil.which("promtool")
    if not tool:
        pytest.skip("no promtool: run tests/deploy/promtool")
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
