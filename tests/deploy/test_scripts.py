"""Every shell script of the repository: the programs that it runs out of the repository are there."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = subprocess.run(["git", "grep", "-lE", r"^#!.*\bbash$"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()


def test_scripts_were_found():
    assert "tests/run" in SCRIPTS and len(SCRIPTS) > 8


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_a_script_runs_exists(script):
    code = [line for line in (ROOT / script).read_text().splitlines() if not line.lstrip().startswith("#")]
    programs = {name for line in code for name in re.findall(r"(?<![\w/.$}*-])(?:deploy|tests)(?:/[\w.-]+)+", line)}
    assert [name for name in sorted(programs) if not (ROOT / name).exists()] == []
