"""What the load did, as a table for people, as JSON, and as a page."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.table import Table

from handrail.app.bench.server import percentiles
from handrail.app.load.run import Load, seconds_of
from handrail.app.load.watch import Seen
from handrail.evals import plots

MINUTE = 60
HERE = Path(__file__).resolve().parent


def facts_of(load: Load, at_once: int) -> dict[str, Any]:
    """Return the figures; times in milliseconds, memory in megabytes of all workers together."""
    said, acts = load.messages, [act for one in load.played for act in one.acts]
    early, late = _memory(load.seen)
    return {
        "at once": at_once,
        "seconds": round(load.took, 1),
        "conversations": len(load.played),
        "messages": len(said),
        "messages per second": round(len(said) / load.took, 1),
        "acts of the desk": len(acts),
        "acts not done": sum(not httpx.codes.is_success(act.status) for act in acts),
        "answers by status": {str(k): n for k, n in sorted(load.answers.by_status.items())},
        "announced limits": load.answers.announced,
        "errors": dict(Counter(load.answers.unannounced + load.answers.broken)),
        "without an outcome": sum(each.seconds is None for each in said),
        "lost": load.findings.lost,
        "doubled": load.findings.doubled,
        "AI while a person owns it": load.findings.spoken_over,
        "without an owner": load.findings.without_owner,
        "unfinished runs": load.unfinished,
        "until the outcome, ms": percentiles(seconds_of(said)),
        "memory after a minute, MB": early,
        "memory at the end, MB": late,
        "memory, x": round(late / early, 2) if early else None,
        "database connections, most": max(each.connections for each in load.seen),
        "open runs, most": max(each.open_runs for each in load.seen),
        "holds": load.holds,
    }


def table_of(facts: dict[str, Any]) -> Table:
    """Return the table that is printed."""
    table = Table(title="Many customers at once", show_header=False)
    for name, value in facts.items():
        table.add_row(name, _shown(value))
    return table


def write(load: Load, facts: dict[str, Any], folder: Path) -> Path:
    """Write load.json and load.html, and return the page."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {**facts, "seen": [vars(each) for each in load.seen]}
    (folder / "load.json").write_text(json.dumps(kept, indent=1), "utf-8")
    pages = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    drawn = {}
    if plots.can_draw():
        times = [each.at for each in load.seen]
        drawn = {
            "Until the outcome": plots.latency([1000 * each for each in seconds_of(load.messages)]),
            "Memory of the workers, MB": plots.over_time(
                times, {"all workers": [sum(each.megabytes) for each in load.seen]}, "MB"
            ),
            "Connections and open runs": plots.over_time(
                times,
                {"connections": [float(each.connections) for each in load.seen],
                 "open runs": [float(each.open_runs) for each in load.seen]},
                "count",
            ),
        }  # fmt: skip
    page = folder / "load.html"
    shown = {name: _shown(value) for name, value in facts.items()}
    page.write_text(pages.get_template("load.html.j2").render(facts=shown, plots=drawn), "utf-8")
    return page


def _memory(seen: list[Seen]) -> tuple[float, float]:
    """Return the megabytes of all workers after a minute, and at the last look."""
    later = [each for each in seen if each.at >= MINUTE] or seen
    return round(sum(later[0].megabytes), 1), round(sum(seen[-1].megabytes), 1)


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(f"{key}: {each}" for key, each in value.items()) or "none"
        case list():
            return ", ".join(map(str, value)) or "none"
        case _:
            return str(value)
