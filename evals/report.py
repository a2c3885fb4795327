"""Write what was measured as a page that a person reads, and as JSON for a machine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handrail.evals import plots
from handrail.evals.graders import is_right

HERE = Path(__file__).resolve().parent
WORST = 10
Rows = Sequence[Mapping[str, Any]]


def write_report(folder: Path, found: dict[str, Any], decided: tuple[Rows, Rows] | None) -> Path:
    """Write eval.json and eval.html into a folder, and return the page's path.

    `decided` are labelled rows and their decisions: they are drawn, and the worst are listed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    as_json = json.dumps(found, indent=2, ensure_ascii=False)
    (folder / "eval.json").write_text(as_json + "\n", encoding="utf-8")
    jinja = Environment(
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    jinja.filters["pct"] = lambda share: "–" if share is None else f"{share:.1%}"
    page = jinja.get_template("report.html.j2").render(
        policy=found["policy"],
        heads=found["heads"],
        own=found["own_examples"],
        routing=found.get("routing"),
        guards=found.get("guards"),
        retrieval=found.get("retrieval"),
        grounding=found.get("grounding"),
        calibration=found.get("calibration"),
        time=found.get("time"),
        worst=worst(*decided) if decided else [],
        plots=_draw(*decided, found["threshold"]) if decided and plots.can_draw() else [],
    )
    path = folder / "eval.html"
    path.write_text(page, encoding="utf-8")
    return path


def worst(rows: Rows, decisions: Rows) -> list[dict[str, Any]]:
    """Return the ten worst mistakes: wrongly automated first, the surest of them first."""
    wrong = [
        (row, made)
        for row, made in zip(rows, decisions, strict=True)
        if not is_right(row["label"], made)
    ]
    wrong.sort(key=lambda pair: (pair[1]["route"] != "automate", -(pair[1]["confidence"] or 0)))
    return [
        {
            "text": row["text"][:160],
            "wanted": row["label"],
            "decided": _name(made),
            "confidence": made["confidence"],
        }
        for row, made in wrong[:WORST]
    ]


def _name(made: Mapping[str, Any]) -> str:
    if made["route"] == "automate":
        return f"automate:{made['topic']}"
    return f"escalate:{', '.join(made['reasons'])}"


def _draw(rows: Rows, decisions: Rows, threshold: float) -> list[tuple[str, str]]:
    points = [
        (float(made["confidence"]), row["label"] == f"automate:{made['topic']}")
        for row, made in zip(rows, decisions, strict=True)
        if made["confidence"] is not None
    ]
    pairs = [
        (row["label"], _name(made).split(",")[0]) for row, made in zip(rows, decisions, strict=True)
    ]
    drawn = [("What was wanted, what was decided", plots.confusion(pairs))]
    drawn.append(("Time a decision", plots.latency([made["ms"] for made in decisions])))
    if points:
        drawn.insert(0, ("Can the confidence be believed?", plots.reliability(points)))
        drawn.insert(1, ("Risk against coverage", plots.risk_coverage(points, threshold)))
    return drawn
