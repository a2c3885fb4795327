"""A tool whose whole effect is a message to the address on file."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from pydantic import Field

from handrail.prompts.load import load
from handrail.tools.arguments import Arguments, explain_arguments
from handrail.tools.effect import WriteTool


class AddressTyped(Arguments):
    """What the model gives: the address as typed, if one was."""

    email: str | None = Field(default=None, max_length=320)


def owner_tool(name: str, send: Callable[[str | None], Awaitable[str]]) -> WriteTool:
    """Build a tool that gives `send` the address and returns its outcome as a JSON string."""

    async def sent(email: str | None = None) -> str:
        return json.dumps({"outcome": await send(email)})

    return WriteTool(
        name=name,
        description=load(f"tools/{name}"),
        args_schema=AddressTyped,
        coroutine=sent,
        handle_validation_error=explain_arguments,
        to_owner_only=True,
    )
