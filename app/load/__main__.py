"""`make load`: put customers on production, print what it did, fail where anything went wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random
from typing import Annotated

import structlog
import typer
from rich.console import Console

from handrail.app.load.report import facts_of, table_of, write
from handrail.app.load.run import load
from handrail.app.prod.errors import CannotStart
from handrail.app.prod.options import Options
from handrail.app.prod.program import end_what_was_started
from handrail.app.prod.stack import production

FOLDER = Path(".handrail/load")
FROM_ONE_ADDRESS = "1000000/minute"  # all customers of the run come from this machine


def run(
    at_once: Annotated[int, typer.Option(min=1, max=500, help="Customers at once.")] = 200,
    seconds: Annotated[int, typer.Option(min=10, max=900, help="How long they come.")] = 300,
    workers: Annotated[int, typer.Option(min=1)] = 2,
    seed: Annotated[int, typer.Option(help="Of who thinks how long.")] = 1,
    out: Annotated[Path, typer.Option(help="Where the reports go.")] = Path("reports"),
) -> None:
    """Put many customers on production at once: six of ten routine, four for a person."""
    console = Console(soft_wrap=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    options = Options(_env_file=None, port=0)
    told = {"HANDRAIL_ADDRESS_LIMIT": FROM_ONE_ADDRESS}
    try:
        with production(
            FOLDER, workers, options=options, own_servers=True, environment=told
        ) as stack:
            console.print(f"{at_once} customers for {seconds} s on {workers} workers…")
            found = asyncio.run(load(stack, at_once, seconds, Random(seed)))  # noqa: S311 - no secret  # nosec B311
    except CannotStart as problem:
        console.print(str(problem), style="red", markup=False)
        raise typer.Exit(1) from problem
    facts = facts_of(found, at_once)
    console.print(table_of(facts))
    console.print(f"The report: {write(found, facts, out)}", highlight=False)
    if not found.holds:
        raise typer.Exit(1)


if __name__ == "__main__":
    end_what_was_started()
    typer.run(run)
