"""The command `handrail forget`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from handrail.app.forget import Request, run_forget
from handrail.app.terminal import out, quiet
from handrail.graph.settings import Settings


def forget(  # noqa: PLR0917 - a command's options are its parameters
    customer: Annotated[str | None, typer.Option(metavar="ID", help="Whom to forget.")] = None,
    thread: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A conversation to forget, however often."),
    ] = None,
    older_than: Annotated[
        int | None,
        typer.Option(
            "--older-than",
            metavar="DAYS",
            min=1,
            help="Forget conversations without a sign of life for so long.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it, only say what.")] = False,  # noqa: FBT002
    keep_legal: Annotated[  # noqa: FBT002
        bool, typer.Option("--keep-legal", help="Leave handoffs with the reason legal.")
    ] = False,
    server: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The LangGraph server; HANDRAIL_SERVER_URL without it."),
    ] = None,
) -> None:
    """Erase what is kept about a customer, and say what stays, why, and until when.

    Conversations with the AI alone are known by the server's threads; where your product keeps
    them, name them with --thread.
    """
    quiet()
    if not (customer or thread or older_than):
        raise typer.BadParameter("say whom to forget: --customer, --thread or --older-than")
    request = Request(
        customer=customer, threads=frozenset(thread or ()), idle_days=older_than,
        keep_legal=keep_legal, really=yes, server=server,
    )  # fmt: skip
    raise typer.Exit(asyncio.run(run_forget(out, Settings(), request)))
