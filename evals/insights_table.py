"""Show insights in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handrail.evals.insights import Insights
from handrail.evals.quality import NAMES, Deflection, Rate, percent
from handrail.evals.risk_coverage import RiskCoverage
from handrail.store.csat.figures import PathFigure


def show_insights(console: Console, found: Insights) -> None:
    """Print CSAT by path, quality with its bars, escalations by reason, and deflection."""
    _show_csat(console, found)
    _show_quality(console, found)
    if found.escalations:
        _show_escalations(console, found)
    _show_risk(console, found.risk_coverage)
    _show_deflection(console, found.deflection)


def _show_csat(console: Console, found: Insights) -> None:
    table = _table(
        "CSAT by path", "path", "surveyed>", "ratings>", "rated 4 or 5>", "95 % interval"
    )
    for path, csat in found.csat.items():
        shown = _value(csat, csat.satisfied), _interval(csat)
        table.add_row(path, str(csat.resolved), str(csat.n), *shown)
    console.print(table)


def _show_quality(console: Console, found: Insights) -> None:
    table = _table("Quality", "measure", "n>", "share>", "95 % interval", "bar>", "holds")
    floors = {"ai_csat"}
    for name, rate in found.quality.items():
        bar = "" if rate.bar is None else percent(rate.bar)
        side = "at least" if name in floors else "at most"
        holds = {True: "yes", False: "[red]no[/]", None: "not enough data"}[rate.holds]
        shown = _value(rate, rate.value), _brief(rate)
        table.add_row(NAMES[name], str(rate.n), *shown, f"{side} {bar}", holds)
    for path, rate in found.durable.items():
        name = f"Durable: {path}"
        table.add_row(name, str(rate.n), _value(rate, rate.value), _brief(rate), "", "")
    console.print(table)


def _show_escalations(console: Console, found: Insights) -> None:
    table = _table("Handed over, by reason", "reason", "first>", "among the reasons>")
    for count in found.escalations:
        table.add_row(escape(count.reason), str(count.first), str(count.mentioned))
    console.print(table)


def _show_risk(console: Console, found: RiskCoverage) -> None:
    """Print what the threshold in force lets through; the whole curve stands in the files."""
    if found.withheld:
        console.print(f"Risk at confidence {found.threshold:g}: withheld, {found.withheld}")
        return
    for point in found.points:
        if point.threshold == found.threshold:
            console.print(
                f"Risk at confidence {point.threshold:g}: {_value(point.risk, point.risk.value)} "
                f"wrong ({_interval(point.risk)}), n = {point.risk.n}"
            )


def _show_deflection(console: Console, found: Deflection) -> None:
    if found.value is None or found.low is None or found.high is None:
        console.print("Deflection: withheld")
        for reason in found.withheld:
            console.print(f"  {escape(reason)}", style="dim")
        return
    console.print(
        f"Deflection: {percent(found.value)} ({percent(found.low)} to {percent(found.high)}), "
        f"{found.numerator} durably AI-resolved of {found.denominator} begun by customers"
    )


def _table(title: str, *columns: str) -> Table:
    """Return an empty table; a name that ends in ">" is a column of numbers."""
    table = Table(title=title, title_justify="left")
    for column in columns:
        number = column.endswith(">")
        table.add_column(column.removesuffix(">"), justify="right" if number else "left")
    return table


def _value(found: Rate | PathFigure, share: float | None) -> str:
    return "withheld" if found.withheld or share is None else percent(share, 1)


def _brief(found: Rate) -> str:
    """Return the interval, or "3 of 30" where there are too few; which cases stands below."""
    words = _interval(found).split(" of at least ")
    return f"{words[0]} of {words[1].split(' ')[0]}" if len(words) > 1 else words[0]


def _interval(found: Rate | PathFigure) -> str:
    if found.low is None or found.high is None:
        return found.withheld or ""
    return f"{percent(found.low, 1)} to {percent(found.high, 1)}"
