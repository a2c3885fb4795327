"""What the commands share: the consoles, a quiet log, and options that name a period."""

from __future__ import annotations

import sys
from typing import Annotated

import structlog
import typer
from rich.console import Console
from structlog.dev import ConsoleRenderer

from handrail.app.logs import redacting
from handrail.evals.facts import moment

out = Console()
err = Console(stderr=True)


def quiet() -> None:
    """Keep the decision log out of what people read here; errors go to standard error, redacted."""
    structlog.configure(
        processors=[*structlog.get_config()["processors"][:-1], redacting(), ConsoleRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(40),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _moment(text: str | None) -> str | None:
    """Return a date or time as it was given. Raises BadParameter."""
    try:
        if text is not None:
            moment(text)
    except ValueError as problem:
        what = f"{text!r} is no date; write 2026-03-01, or 2026-03-01T12:00+01:00"
        raise typer.BadParameter(what) from problem
    return text


Since = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", callback=_moment,
        help="Leave out episodes that began before it; a date or time, in UTC without a zone.",
    ),
]  # fmt: skip
Until = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", callback=_moment, help="Leave out episodes that began on it or later."
    ),
]


def check_period(since: str | None, until: str | None) -> None:
    """Refuse a period that ends before it begins. Raises BadParameter."""
    if since and until and moment(since) >= moment(until):
        raise typer.BadParameter(f"--since {since} is not before --until {until}")
