"""The command `handrail retention`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from handrail.app.retention import run_retention
from handrail.app.terminal import out, quiet
from handrail.graph.settings import Settings


def retention(
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it, only say what.")] = False,  # noqa: FBT002
    server: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The LangGraph server; HANDRAIL_SERVER_URL without it."),
    ] = None,
) -> None:
    """Take away what is older than [retention] in the policy says; for a daily job on one machine.

    No open handoff and nothing still to be sent is touched, and the figures stay unless `audit`
    says otherwise.
    """
    quiet()
    raise typer.Exit(asyncio.run(run_retention(out, Settings(), server=server, really=yes)))
