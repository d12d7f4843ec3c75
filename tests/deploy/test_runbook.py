"""docs/runbook.md quotes what nodes say: each quotation stands in the sources, each metric, setting and alert exists."""

import functools
import re
from pathlib import Path

import pytest
import yaml

from test_pages import anchors_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/runbook.md").read_text()
SPAN = re.compile(r"`([^`]+)`")
# Of a table's first cell: what is quoted from a node, and what is named.
SAID = ("log", "answer", "`/readyz`", "why")


def rows():
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 2 and cells[0] != "where":
            yield cells


@functools.cache
def sources():
    """All of the program, with texts that go over several lines joined."""
    text = "".join(path.read_text() for room in ("events", "projections", "services") for path in sorted((ROOT / room).rglob("*.cpp")))
    return re.sub(r'"\s*\n\s*"', "", text)


def quotations():
    for where, what in rows():
        if where.startswith(SAID):
            yield from SPAN.findall(what)


def alerts():
    groups = yaml.safe_load((ROOT / "deploy/monitoring/alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def documented(page):
    return set(re.findall(r"^\| `([a-z0-9_.*]+)`", (ROOT / "docs" / page).read_text(), re.M))


def anchors():
    return anchors_of(PAGE)


def test_every_row_says_where_it_is_seen():
    assert len(list(rows())) > 30
    unknown = [where for where, _ in rows() if not where.startswith((*SAID, "metric"))]
    assert not unknown


@pytest.mark.parametrize("quotation", sorted(set(quotations())))
def test_what_is_quoted_is_what_a_node_says(quotation):
    said = sources()
    for part in quotation.split("…"):
        assert part.strip(" ,:") in said, part


def test_every_metric_and_setting_of_the_page_exists():
    metrics = {name for name in SPAN.findall(PAGE) if name.startswith("almanac_")}
    assert metrics and metrics <= documented("metrics.md"), metrics - documented("metrics.md")
    settings = {name for name in SPAN.findall(PAGE) if re.fullmatch(r"(http|data|log|kafka|node|auth|limits|clock|read)\.[a-z_]+", name)}
    settings -= {"log.engine"}
    assert settings and settings <= documented("settings.md"), settings - documented("settings.md")


def test_every_alert_has_a_place_in_the_page_and_the_page_names_no_other():
    named = set(re.findall(r"`(Almanac[A-Z]\w+)`", PAGE))
    assert named == {rule["alert"] for rule in alerts()}
    for rule in alerts():
        page, anchor = rule["annotations"]["runbook"].split("#")
        assert page == "docs/runbook.md" and anchor in anchors(), rule
