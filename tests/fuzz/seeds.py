"""Seeds for a fuzz target that reads canonical bytes: those of each golden record, a file each, into the folder named."""

import json
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "schemas"))
from contract_files import canonical_bytes  # noqa: E402

for golden in sorted((TESTS / "events/golden").glob("*.json")):
    (Path(sys.argv[1]) / golden.stem).write_bytes(canonical_bytes(json.loads(golden.read_text())))
