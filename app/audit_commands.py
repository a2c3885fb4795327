"""The commands of `handrail audit`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import typer

from handrail.app.audit import run_list, run_sample, run_show, run_verdict
from handrail.app.terminal import Since, Until, check_period, out, quiet
from handrail.graph.clock import now
from handrail.graph.opening import open_records
from handrail.graph.settings import Settings

audit = typer.Typer(
    help="Have people check answers of the AI: draw a sample, read it, record what is found.",
    no_args_is_help=True,
)


@audit.command("sample")
def sample(  # noqa: PLR0917 - a command's options are its parameters
    size: Annotated[int, typer.Option(min=1, help="How many conversations.")] = 20,
    seed: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Names the sample: the same seed draws the same ones again, as long as they have "
            "no verdict. Today's date without it.",
        ),
    ] = None,
    reviewer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whom it is drawn for.")
    ] = None,
    by_topic: Annotated[  # noqa: FBT002
        bool, typer.Option("--by-topic", help="Give each topic its share of the sample.")
    ] = False,
    since: Since = None,
    until: Until = None,
) -> None:
    """Draw conversations that the AI resolved and nobody has reviewed, and print each.

    They are drawn at random, so that the share of wrong ones stands for all. Only what was drawn
    takes a verdict.
    """
    quiet()
    check_period(since, until)
    name = seed or now().date().isoformat()
    done = run_sample(
        out, open_records(Settings()), size=size, seed=name, reviewer=reviewer,
        by_topic=by_topic, since=since, until=until,
    )  # fmt: skip
    raise typer.Exit(asyncio.run(done))


@audit.command("list")
def list_picked(
    only_waiting: Annotated[  # noqa: FBT002
        bool, typer.Option("--waiting", help="Only those without a verdict.")
    ] = False,
) -> None:
    """Print what was drawn, for whom, and what was found so far."""
    quiet()
    raise typer.Exit(
        asyncio.run(run_list(out, open_records(Settings()), only_waiting=only_waiting))
    )


@audit.command("show")
def show_picked(
    key: Annotated[str, typer.Argument(help="The key of a conversation that was drawn.")],
) -> None:
    """Print one conversation again, with its verdicts."""
    quiet()
    raise typer.Exit(asyncio.run(run_show(out, open_records(Settings()), key)))


@audit.command("verdict")
def verdict(
    key: Annotated[str, typer.Argument(help="The key of a conversation that was drawn.")],
    finding: Annotated[
        Literal["right", "wrong"],
        typer.Argument(
            help="wrong where any answer in it was, and where you are in doubt.",
        ),
    ],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who gives the verdict.")],
    note: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; without words of the customer.")
    ] = "",
) -> None:
    """Record what you found; a second verdict of yours corrects the first, and both are kept."""
    quiet()
    if not by.strip():
        raise typer.BadParameter("--by needs a name")
    done = run_verdict(out, open_records(Settings()), key, finding, by=by.strip(), note=note)
    raise typer.Exit(asyncio.run(done))
