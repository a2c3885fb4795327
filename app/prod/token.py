"""Print a token that the server of `make prod` believes, for a quarter of an hour."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from handrail.app.prod.options import Options
from handrail.app.shop.server import Tokens
from handrail.store.secret import kept_secret


class Role(StrEnum):
    """Who calls."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SERVICE = "service"


def token(
    role: Annotated[Role, typer.Argument()],
    name: Annotated[str, typer.Argument(help="A customer's id, or an agent's name.")],
) -> None:
    """Print a token for somebody of this role."""
    tokens = Tokens(kept_secret(Options().folder / "jwt-secret"))
    facts = {"customer_id": name, "verified": True} if role is Role.CUSTOMER else {"name": name}
    typer.echo(tokens.sign(sub=name, role=role.value, **facts))


if __name__ == "__main__":
    typer.run(token)
