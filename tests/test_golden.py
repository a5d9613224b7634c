"""Whole small centers against what was published of them, to the byte: a change of a verdict, a word or a field shows as a difference.

A case is a folder with ``center.txt`` (which sources) and ``assessment.json`` (what has to come out). ``ATTEST_GOLDEN=write`` writes
what comes out now; look at the difference before it is committed.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from attest.prepare import prepare

CASES = Path(__file__).parent / "cases"
GOLDEN = sorted(path.parent for path in CASES.glob("golden/*/center.txt"))
AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_what_is_published(case: Path, tmp_path: Path) -> None:
    root = tmp_path / "center"  # a copy: in a checkout git would say when evidence was received
    shutil.copytree(CASES / (case / "center.txt").read_text().strip(), root)
    record = prepare(root, AS_OF, None, bytes(range(32)), as_unknown=False, upcoming=1).record
    printed = json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if os.environ.get("ATTEST_GOLDEN") == "write":
        (case / "assessment.json").write_text(printed, encoding="utf-8")
    assert printed == (case / "assessment.json").read_text(encoding="utf-8")
