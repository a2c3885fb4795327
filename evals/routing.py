"""Measure routing and guards by replaying labelled rows, and write a report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console

from handrail.evals.graders import grade_guard, grade_routing
from handrail.evals.replay import decide_texts
from handrail.graph.services import Services

GUARD_FILES = {
    "legal": "guard_legal.jsonl",
    "sentiment": "guard_anger.jsonl",
    "account_closure": "guard_account_closure.jsonl",
    "human_request": "guard_human_request.jsonl",
    "injection": "guard_injection.jsonl",
}
NAMES = ("all", "routing", "guards")


async def run_eval(out: Console, services: Services, name: str, data: Path, report: Path) -> int:
    """Print the figures and write `report`/eval.json; return the exit code.

    Without labelled rows only what was measured at training is printed.
    """
    if name not in NAMES:
        out.print(f"no eval is called {name!r}; there is {', '.join(NAMES)}", style="red")
        return 2
    calibration = services.heads.calibration
    found: dict[str, Any] = {
        "policy": services.policy.version,
        "heads": services.heads.digest,
        "own_examples": {
            "n": calibration.n, "ece": calibration.ece,
            "brier": calibration.brier, "aurc": calibration.aurc,
        },
    }  # fmt: skip
    if not data.is_dir():
        out.print(f"{data} is not here: only our own examples were measured", style="yellow")
    else:
        if name in {"all", "routing"}:
            rows = _rows(data / "routing.jsonl")
            found["routing"] = grade_routing(rows, await decide_texts(rows, services))
        if name in {"all", "guards"}:
            found["guards"] = {}
            for guard, file in GUARD_FILES.items():
                rows = _rows(data / file)
                graded = grade_guard(guard, rows, await decide_texts(rows, services))
                found["guards"][guard] = graded
    report.mkdir(parents=True, exist_ok=True)
    path = report / "eval.json"
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    out.print_json(data=found)
    out.print(f"written to {path}", markup=False)
    return 0


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:  # not splitlines(): a text may hold U+0085
        return [json.loads(line) for line in lines if line.strip()]
