"""Say what pip-audit found: known advisories, accepted ones, and what could not be looked up.

pip-audit ends well where its service knows none of the packages, and where there is no service at
all; then nothing has been checked, and this says so.
"""

from __future__ import annotations

import json
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ACCEPTED = Path(__file__).with_name("advisories.toml")


def judge(answer: str | None, accepted: list[dict[str, Any]], today: date) -> tuple[int, list[str]]:
    """Return the exit code and the lines to print; `answer` is pip-audit's JSON, None without."""
    if not answer:
        return 0, ["advisories: NOT CHECKED: pip-audit gave no answer; is its service reachable?"]
    packages = json.loads(answer)["dependencies"]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    reasons = {entry["id"]: entry for entry in accepted if entry["until"] >= today}
    lines: list[str] = []
    code = 0
    for package in packages:
        for found in package.get("vulns", []):
            names = {found["id"], *found.get("aliases", [])}
            what = f"{package['name']} {package['version']}: {found['id']}"
            reason = next((reasons[name]["reason"] for name in names if name in reasons), None)
            if reason:
                lines.append(f"advisories: {what}: accepted: {reason}")
                continue
            code = 1
            mended = ", ".join(found.get("fix_versions", [])) or "no version yet"
            lines.append(f"advisories: {what}: mended in {mended}")
    checked = len(packages) - len(skipped)
    lines.append(f"advisories: {checked} of {len(packages)} packages checked")
    if skipped:
        some = ", ".join(skipped[:5]) + (", …" if len(skipped) > 5 else "")  # noqa: PLR2004
        lines.append(f"advisories: NOT CHECKED: {len(skipped)}, the service has no word of: {some}")
    return code, lines


def main(path: str) -> int:
    """Judge the answer in a file, which is missing where pip-audit could not ask."""
    file = Path(path)
    answer = file.read_text(encoding="utf-8") if file.is_file() else None
    accepted = tomllib.loads(ACCEPTED.read_text(encoding="utf-8")).get("accepted", [])
    code, lines = judge(answer, accepted, datetime.now(UTC).date())
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
