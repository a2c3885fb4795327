"""Run the evals: routing, guards, retrieval, calibration, time, and the fit of the answer map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console

from handrail.evals.calibrate import TooLittleData, calibrate
from handrail.evals.graders import grade_calibration, grade_guard, grade_routing
from handrail.evals.grounded import measure_grounding
from handrail.evals.replay import decide_texts
from handrail.evals.report import write_report
from handrail.evals.retrieval import measure_retrieval, questions
from handrail.evals.timing import measure_time
from handrail.graph.services import Services
from handrail.prompts.load import from_yaml

GUARD_FILES = {
    "legal": "guard_legal.jsonl",
    "sentiment": "guard_anger.jsonl",
    "account_closure": "guard_account_closure.jsonl",
    "human_request": "guard_human_request.jsonl",
    "injection": "guard_injection.jsonl",
}
OURS = Path(__file__).resolve().parent / "guards"  # rows of ours; <guard>_read.yaml: see there
NAMES = ("all", "routing", "guards", "retrieval", "grounding", "calibration", "time")
TIMED = 300  # messages


async def run_eval(  # noqa: C901 - one branch for each eval
    out: Console, services: Services, name: str, data: Path, report: Path
) -> int:
    """Print the figures and write `report`/eval.html and eval.json; return the exit code.

    Without labelled rows in the folder `data`, what needs none is measured.
    """
    if name not in NAMES:
        out.print(
            f"no eval is called {name!r}; there is {', '.join(NAMES)}, calibrate, simulate",
            style="red",
        )
        return 2
    calibration = services.heads.calibration
    found: dict[str, Any] = {
        "policy": services.policy.version,
        "heads": services.heads.digest,
        "threshold": services.policy.thresholds.confidence,
        "own_examples": {
            "n": calibration.n, "ece": calibration.ece,
            "brier": calibration.brier, "aurc": calibration.aurc,
        },
    }  # fmt: skip
    decided = None
    labelled = _rows(data / "routing.jsonl") if data.is_dir() else []
    if name in {"all", "time"}:  # first, while no message has been seen
        every = max(1, len(labelled) // TIMED)
        asked = [row["text"] for row in labelled[::every]] or questions()
        found["time"] = await measure_time(asked, services)
    if name in {"all", "retrieval"}:
        found["retrieval"] = await measure_retrieval(services)
    if name in {"all", "grounding"}:
        found["grounding"] = measure_grounding(services)
    if name in {"all", "guards"}:
        found["guards"] = {
            f"{path.stem} (ours)": await _guard(path.stem.partition("_read")[0], rows, services)
            for path in sorted(OURS.glob("*.yaml"))
            for rows in [from_yaml(path.read_text(encoding="utf-8"))]
        }
    if not data.is_dir():
        out.print(f"{data} is not here: only what is ours was measured", style="yellow")
    else:
        if name in {"all", "routing", "calibration"}:
            decided = labelled, await decide_texts(labelled, services)
            found["calibration"] = grade_calibration(*decided)
            if name != "calibration":
                found["routing"] = grade_routing(*decided)
        if name in {"all", "guards"}:
            for guard, file in GUARD_FILES.items():
                found["guards"][guard] = await _guard(guard, _rows(data / file), services)
    path = write_report(report, found, decided)
    _print(out, found)
    out.print(f"written to {path} and {path.with_suffix('.json')}", markup=False)
    return 0


async def _guard(guard: str, rows: list[dict[str, Any]], services: Services) -> dict[str, Any]:
    return grade_guard(guard, rows, await decide_texts(rows, services))


async def run_calibrate(out: Console, services: Services, data: Path, models: Path) -> int:
    """Fit the answer map on labelled or logged rows and keep it in `models`; return the exit code.

    `data` is a JSONL file, or a folder with routing.jsonl.
    """
    path = data / "routing.jsonl" if data.is_dir() else data
    if not path.is_file():
        out.print(f"{path} is not here; give labelled rows with --data", style="red", markup=False)
        return 2
    try:
        made, kept = await calibrate(_rows(path), services, models)
    except TooLittleData as problem:
        out.print(str(problem), style="yellow", markup=False)
        return 1
    out.print(
        f"fitted on {made.n} rows; on sources left out in turn: "
        f"ECE {made.ece}, Brier {made.brier}, AURC {made.aurc}\n"
        f"kept in {kept}, in force from the next start; remove it to go back",
        markup=False, highlight=False,
    )  # fmt: skip
    return 0


def _print(out: Console, found: dict[str, Any]) -> None:
    """Print the figures without the lists of examples, which the page has."""
    shown = {key: value for key, value in found.items() if key not in {"retrieval", "guards"}}
    if "retrieval" in found:
        shown["retrieval"] = {k: v for k, v in found["retrieval"].items() if k != "misses"}
    if "guards" in found:
        lists = {"false_alarms", "misses"}
        shown["guards"] = {
            name: {k: v for k, v in graded.items() if k not in lists}
            for name, graded in found["guards"].items()
        }
    out.print_json(data=shown)


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:  # not splitlines(): a text may hold U+0085
        return [json.loads(line) for line in lines if line.strip()]
