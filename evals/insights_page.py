"""Write insights as a page that a person reads, a table for a spreadsheet, and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handrail.evals import insights_plots, plots
from handrail.evals.insights import Insights, as_json
from handrail.evals.quality import NAMES, Rate, percent

Format = Literal["html", "csv", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
COLUMNS = ("section", "name", "measure", "value", "n", "low", "high", "withheld")
HERE = Path(__file__).resolve().parent
Cell = str | int | float | None


def write_insights(
    folder: Path, found: Insights, *, formats: Collection[Format] = FORMATS
) -> list[Path]:
    """Write insights.html, insights.csv and insights.json, as asked, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text_of in (("html", page), ("csv", table), ("json", _json)):
        if name in formats:
            path = folder / f"insights.{name}"
            # Python must not translate the line ends of a CSV a second time.
            path.write_text(text_of(found), encoding="utf-8", newline="")
            written.append(path)
    return written


def page(found: Insights) -> str:
    """Return the HTML page; it stands by itself, and has plots where matplotlib is installed."""
    jinja = Environment(
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    jinja.filters["pct"] = lambda share: "–" if share is None else percent(share, 1)
    return jinja.get_template("insights.html.j2").render(
        found=found,
        names=NAMES,
        path_names=insights_plots.PATH_NAMES,
        plots=_draw(found) if plots.can_draw() else None,
    )


def table(found: Insights) -> str:
    """Return one long tidy table as CSV: a row for each measure of each thing."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows(found):
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def rows(found: Insights) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of the table, in the order of COLUMNS."""
    for path, csat in found.csat.items():
        shown = csat.satisfied, csat.n, csat.low, csat.high, csat.withheld
        yield "csat", path, "rated_4_or_5", *shown
        yield "csat", path, "response_rate", csat.response_rate, csat.resolved, None, None, None
    for path, rate in found.durable.items():
        yield "durable", path, "share", *_shown(rate)
    for name, rate in found.quality.items():
        yield "quality", name, "share", *_shown(rate)
        yield "quality", name, "bar", rate.bar, None, None, None, None
    for reason in found.escalations:
        for measure in ("first", "mentioned"):
            yield "escalations", reason.reason, measure, *_count(getattr(reason, measure))
    for queue in found.queues:
        for measure in ("in_time", "late", "waiting", "closed_unanswered", "overdue"):
            count = getattr(queue, measure)
            yield "queues", queue.queue, measure, count, queue.n, None, None, None
        answered = queue.in_time + queue.late
        minutes = queue.median_minutes
        yield "queues", queue.queue, "median_minutes", minutes, answered, None, None, None
    for channel, begun in found.channels.items():
        yield "channels", channel, "episodes_begun", *_count(begun)
    yield from _certainty(found)
    told = found.deflection
    reasons = "; ".join(told.withheld) or None
    yield "deflection", "ai", "share", told.value, told.denominator, told.low, told.high, reasons
    yield "deflection", "ai", "durable_ai_resolved", told.numerator, None, None, None, reasons


def _certainty(found: Insights) -> Iterator[tuple[Cell, ...]]:
    for point in found.risk_coverage.points:
        line = f"{point.threshold:g}"
        yield "risk_coverage", line, "coverage", point.coverage, found.risk_coverage.n, *(None,) * 3
        yield "risk_coverage", line, "risk", *_shown(point.risk)
    if short := found.risk_coverage.withheld:
        yield "risk_coverage", "reviewed", "risk", None, found.risk_coverage.n, None, None, short
    for held in found.confidence.bins:
        band = f"{held.low:.2f} to {held.high:.2f}"
        yield "confidence", band, "answered", *_count(held.answered)
        yield "confidence", band, "handed_over", *_count(held.handed_over)


def _shown(rate: Rate) -> tuple[Cell, ...]:
    return rate.value, rate.n, rate.low, rate.high, rate.withheld


def _count(count: int) -> tuple[Cell, ...]:
    return count, None, None, None, None


def _cell(value: Cell) -> Cell:
    # A spreadsheet runs text that begins like this; a host's channel or queue may hold anything.
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if risky else value


def _json(found: Insights) -> str:
    return json.dumps(as_json(found), indent=2, ensure_ascii=False) + "\n"


def _draw(found: Insights) -> list[tuple[str, str]]:
    drawn = [("CSAT by path", insights_plots.csat_by_path(found.csat, found.bars.csat_ai))]
    if found.escalations:
        reasons = insights_plots.escalations_by_reason(found.escalations)
        drawn.append(("Handed over, by reason", reasons))
    return drawn
