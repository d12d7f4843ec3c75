"""Every page of the repository: its headings are headings, and its links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(path for path in ROOT.glob("**/*.md") if "build" not in path.relative_to(ROOT).parts)


def anchors_of(text):
    """As GitHub makes them of headings."""
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", text, re.M)}


def test_pages_were_found():
    assert ROOT / "README.md" in PAGES and len(PAGES) > 15


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_holds_together(page):
    text = page.read_text()
    # A formatter of sources that runs over a page joins `##` to its words.
    broken = [line for line in text.splitlines() if re.match(r"#+[^# !]", line)]
    assert text.startswith("# ") and not broken, broken
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target.read_text()), link
