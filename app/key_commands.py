"""The commands of `handrail keys`."""

from __future__ import annotations

from typing import Annotated

import typer

from handrail.app.access.service_keys import hash_of, new_key, read_hashes
from handrail.app.access.tokens import BadSecret
from handrail.app.terminal import err

keys = typer.Typer(help="Make keys for back ends of yours.", no_args_is_help=True)


@keys.callback()
def about() -> None:
    """Make keys for back ends of yours."""


@keys.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Which back end it is for; the audit shows it.")],
) -> None:
    """Make a key, print it once, and print what to put into HANDRAIL_SERVICE_KEYS."""
    key = new_key()
    line = f"{name}={hash_of(key)}"
    try:
        read_hashes(line)
    except BadSecret:
        err.print(f"{name!r} cannot be a name: letters, digits, dots, dashes, 64 at most.")
        raise typer.Exit(2) from None
    typer.echo(f"The key, shown this once: {key}")
    typer.echo(f"Add to HANDRAIL_SERVICE_KEYS: {line}")
