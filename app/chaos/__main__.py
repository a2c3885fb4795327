"""`make chaos`: play every fault, print the table, and fail where a promise was broken."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Annotated

import structlog
import typer
from rich.console import Console

from handrail.app.chaos.registry import FAULTS
from handrail.app.chaos.report import table_of, write
from handrail.app.chaos.run import Result
from handrail.app.chaos.scene import Fault
from handrail.app.chaos.stage import open_stage
from handrail.app.prod.errors import CannotStart
from handrail.app.prod.program import end_what_was_started

FOLDER = Path(".handrail/chaos")
WIDTH = 160  # of the table, where it goes to a file


def chaos(
    conversations: Annotated[int, typer.Option(min=1, help="For each fault.")] = 100,
    only: Annotated[list[str] | None, typer.Option(help="A fault's name; more than once.")] = None,
    workers: Annotated[int, typer.Option(min=1)] = 2,
    seed: Annotated[int, typer.Option(help="Of the moments at which things break.")] = 1,
    out: Annotated[Path, typer.Option(help="Where the reports go.")] = Path("reports"),
) -> None:
    """Break what production stands on, and look whether every promise was kept."""
    console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else WIDTH)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    wanted = [fault for fault in FAULTS if not only or fault.name in only]
    if not wanted:
        console.print(f"Faults: {', '.join(fault.name for fault in FAULTS)}")
        raise typer.Exit(2)
    results: list[Result] = []
    try:
        moments = Random(seed)  # noqa: S311 - no secret  # nosec B311
        for result in _played(wanted, conversations, workers, moments, console):
            results.append(result)
            _tell(console, result)
            write(results, out)  # what was measured so far, should somebody stop it
    except CannotStart as problem:
        console.print(str(problem), style="red", markup=False)
        raise typer.Exit(1) from problem
    console.print(table_of(results))
    console.print(f"The report: {write(results, out)}", highlight=False)
    if not all(result.kept for result in results):
        raise typer.Exit(1)


def _played(
    faults: list[Fault], conversations: int, workers: int, random: Random, console: Console
) -> Iterator[Result]:
    """Play the faults, those of one environment on one stack."""
    for _, group in groupby(faults, key=Fault.stands_on):
        together = list(group)
        console.print(f"Starting a stack for: {', '.join(fault.name for fault in together)}")
        with open_stage(FOLDER, workers, together[0], random) as stage:
            for fault in together:
                yield stage.play(fault, conversations)


def _tell(console: Console, result: Result) -> None:
    console.print(f"\n[bold]{result.fault.name}[/]: {result.fault.promise}", highlight=False)
    for line in result.struck:
        console.print(f"  {line}", highlight=False, markup=False)
    found = result.findings
    for line in [*found.lost, *found.doubled, *found.spoken_over, *found.without_owner]:
        console.print(f"  broken: {line}", style="red", highlight=False, markup=False)
    counted = f"desk {result.agents}, webhooks {result.webhooks}"
    unfinished = result.world.unfinished_runs
    console.print(f"  {result.as_row()}", highlight=False, markup=False)
    console.print(f"  {counted}, unfinished {unfinished}, {result.took:.0f} s", highlight=False)


if __name__ == "__main__":
    end_what_was_started()
    typer.run(chaos)
