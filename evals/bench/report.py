"""Write the bench's report: JSON, and a page with budgets, figures and plots."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handrail.evals import plots
from handrail.evals.bench.part import Budget, Curve, Found, Part

HERE = Path(__file__).resolve().parent
COLOURS = (plots.INK, plots.MARK, plots.SOFT, "#7a6a9b")


def write_report(folder: Path, parts: Sequence[Part], found: Mapping[str, Found]) -> Path:
    """Write bench.json and bench.html into a folder; return the page."""
    folder.mkdir(parents=True, exist_ok=True)
    held = {part.name: part.budgets(found[part.name]) for part in parts}
    rows = [_row(budget) for budgets in held.values() for budget in budgets]
    as_json = json.dumps({"budgets": rows, "parts": found}, indent=2, ensure_ascii=False)
    (folder / "bench.json").write_text(as_json + "\n", encoding="utf-8")
    curves = [curve for part in parts for curve in part.curves(found[part.name])]
    jinja = Environment(
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    page = jinja.get_template("bench.html.j2").render(
        budgets=rows,
        parts=[(part, flat(found[part.name])) for part in parts],
        plots=[(curve.title, draw(curve)) for curve in curves] if plots.can_draw() else [],
    )
    path = folder / "bench.html"
    path.write_text(page, encoding="utf-8")
    return path


def _row(budget: Budget) -> dict[str, Any]:
    return {**vars(budget), "at": budget.at, "stands": "holds" if budget.holds else "over"}


def flat(found: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Return nested figures as rows: their names joined, and the figure."""
    rows: list[tuple[str, Any]] = []
    for name, value in found.items():
        path = f"{before} · {name}" if before else name
        rows += flat(value, path) if isinstance(value, Mapping) else [(path, value)]
    return rows


def draw(curve: Curve) -> str:
    """Draw lines as an SVG element. Needs the `report` extra."""
    figure, axes = plots.canvas()
    for place, (name, points) in enumerate(curve.lines.items()):
        across, up = zip(*points, strict=True)
        colour = COLOURS[place % len(COLOURS)]
        axes.plot(across, up, marker="o", markersize=4, color=colour, label=name)
    if curve.by_tens:
        axes.set_xscale("log")
        axes.set_yscale("log")
    axes.set_xlabel(curve.across, color=plots.INK, fontsize=9)
    axes.set_ylabel(curve.up, color=plots.INK, fontsize=9)
    axes.legend(frameon=False, fontsize=8)
    return plots.svg(figure)
