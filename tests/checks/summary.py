"""Counts what the test programs say they ran, names every skip, and fails when one failed or nothing ran.

Reads <results>/<preset>/*.json (GoogleTest) and *.xml (pytest).
"""

import json
import sys
import xml.etree.ElementTree as xml
from pathlib import Path


def of_googletest(path):
    for suite in json.loads(path.read_text())["testsuites"]:
        for case in suite["testsuite"]:
            name = f'{suite["name"]}.{case["name"]}'
            if case.get("failures"):
                yield name, "failed", ""
            elif case["result"] == "SKIPPED":
                reasons = [skip["message"].split("\n")[-1] for skip in case.get("skipped", [])]
                yield name, "skipped", " ".join(reasons)
            elif case["status"] == "NOTRUN":
                yield name, "skipped", "disabled"
            else:
                yield name, "passed", ""


def of_pytest(path):
    for case in xml.parse(path).getroot().iter("testcase"):
        name = f'{case.get("classname")}.{case.get("name")}'
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            yield name, "failed", ""
        elif skipped is not None:
            yield name, "skipped", skipped.get("message", "")
        else:
            yield name, "passed", ""


def main():
    results = Path(sys.argv[1])
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for preset in sorted(path for path in results.glob("*") if path.is_dir()):
        here = dict.fromkeys(counts, 0)
        for path in sorted(preset.iterdir()):
            cases = of_googletest(path) if path.suffix == ".json" else of_pytest(path) if path.suffix == ".xml" else ()
            for name, verdict, why in cases:
                here[verdict] += 1
                if verdict != "passed":
                    print(f"{verdict} ({preset.name}): {name} {why}".rstrip())
        print(f"{preset.name}: " + ", ".join(f"{count} {verdict}" for verdict, count in here.items()))
        for verdict, count in here.items():
            counts[verdict] += count
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return 0 if counts["passed"] > 0 and counts["failed"] == 0 else 1


sys.exit(main())
