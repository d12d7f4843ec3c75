"""Bugs on purpose are in builds that were made for them, and in no other."""

import re
from pathlib import Path

from running_node import BINARY

CACHE = Path(BINARY).parent / "CMakeCache.txt"


def test_the_program_has_no_bugs_on_purpose():
    assert "ALMANAC_SEEDED_BUGS:BOOL=OFF" in CACHE.read_text()
    assert b"ALMANAC_SEEDED_BUG" not in Path(BINARY).read_bytes()


def test_every_bug_that_the_sources_know_has_a_check_that_must_catch_it():
    root = Path(__file__).parents[2]
    sources = [file for room in ("events", "projections", "services") for file in (root / room).rglob("*.cpp")]
    names = {name for file in sources for name in re.findall(r'seeded_bug\("([a-z_]+)"\)', file.read_text())}
    table = (root / "tests/seeded/run").read_text()
    assert len(names) >= 12
    assert [name for name in sorted(names) if f'    "{name}": [' not in table] == []
