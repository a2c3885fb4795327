"""What was measured, as a table for people, as JSON, and as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.table import Table

from handrail.app.chaos.run import Result
from handrail.evals import plots

HERE = Path(__file__).resolve().parent
COLUMNS = {
    "fault": "fault", "conversations": "convers.", "accepted": "accepted", "cut_short": "cut short",
    "sent_again": "sent again",
    "lost": "lost", "doubled": "doubled", "ai_while_human": "AI while human",
    "without_owner": "no owner", "median_s": "median s", "p95_s": "p95 s", "max_s": "max s",
    "promised_s": "promised s", "kept": "promise",
}  # fmt: skip


def table_of(results: Sequence[Result]) -> Table:
    """Return the table that is printed."""
    table = Table(title="What was broken, and what became of it")
    for name, title in COLUMNS.items():
        table.add_column(title, justify="left" if name == "fault" else "right", no_wrap=True)
    for result in results:
        table.add_row(*(_shown(result.as_row()[name]) for name in COLUMNS))
    return table


def write(results: Sequence[Result], folder: Path) -> Path:
    """Write chaos.json and chaos.html, and return the page."""
    folder.mkdir(parents=True, exist_ok=True)
    faults = [_facts(result) for result in results]
    (folder / "chaos.json").write_text(json.dumps(faults, indent=1), "utf-8")
    pages = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    pages.filters["shown"] = _shown
    drawn = [
        (result.fault.name, plots.latency([1000 * each for each in result.seconds]))
        for result in results
        if result.seconds and plots.can_draw()
    ]
    page = folder / "chaos.html"
    html = pages.get_template("chaos.html.j2").render(faults=faults, columns=COLUMNS, plots=drawn)
    page.write_text(html, "utf-8")
    return page


def _facts(result: Result) -> dict[str, Any]:
    found = result.findings
    return {
        **result.as_row(),
        "promise": result.fault.promise,
        "struck": result.struck,
        "found": [*found.lost, *found.doubled, *found.spoken_over, *found.without_owner],
        "webhooks": result.webhooks,
        "desk": result.agents,
        "unfinished_runs": result.world.unfinished_runs,
        "took_s": round(result.took, 1),
        "seconds": [round(each, 3) for each in result.seconds],
    }


def _shown(value: Any) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "kept" if value else "broken"
        case float():
            return f"{value:.1f}"
        case _:
            return str(value)
