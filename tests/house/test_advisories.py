"""What could not be checked is said, and never passes for checked."""

import json
import runpy
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
JUDGE = runpy.run_path(str(ROOT / ".ci" / "advisories.py"))["judge"]
TODAY = date(2026, 11, 24)
BAD = {"name": "a", "version": "1", "vulns": [
    {"id": "PYSEC-1", "aliases": ["GHSA-1"], "fix_versions": ["2"]},
]}  # fmt: skip
GOOD = {"name": "b", "version": "1", "vulns": []}
UNKNOWN = {"name": "c", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "accepted", "code", "said"),
    [
        ([GOOD], [], 0, "1 of 1 packages checked"),
        ([GOOD, BAD], [], 1, "a 1: PYSEC-1: mended in 2"),
        ([BAD], [("GHSA-1", date(2026, 12, 1))], 0, "accepted: not ours"),
        ([BAD], [("GHSA-1", date(2026, 11, 23))], 1, "mended in 2"),
        ([UNKNOWN, GOOD], [], 0, "NOT CHECKED: 1, the service has no word of: c"),
        ([UNKNOWN], [], 0, "0 of 1 packages checked"),
        (None, [], 0, "NOT CHECKED: pip-audit gave no answer"),
    ],
)
def test_what_is_said(packages, accepted, code, said):
    answer = None if packages is None else json.dumps({"dependencies": packages})
    reasons = [{"id": id_, "reason": "not ours", "until": until} for id_, until in accepted]
    assert JUDGE(answer, reasons, TODAY)[0] == code
    assert said in "\n".join(JUDGE(answer, reasons, TODAY)[1])
