"""send_password_reset (WRITE): mail a link for a new password."""

from __future__ import annotations

import json

from pydantic import Field

from handrail.prompts.load import load
from handrail.tools.arguments import Arguments, explain_arguments
from handrail.tools.asker import Asker
from handrail.tools.effect import WriteTool
from handrail.tools.errors import NotVerified
from handrail.tools.passwords.protocol import Passwords

NAME = "send_password_reset"


class SendPasswordReset(Arguments):
    """What the model gives: the address as typed, if one was."""

    email: str | None = Field(default=None, max_length=320)


def password_tool(asker: Asker, passwords: Passwords) -> WriteTool:
    """Build the tool for one asker. It returns a JSON string, and raises BackendDown."""

    async def send_password_reset(email: str | None = None) -> str:
        return json.dumps({"outcome": await send_reset(asker, passwords, email)})

    return WriteTool(
        name=NAME,
        description=load(f"tools/{NAME}"),
        args_schema=SendPasswordReset,
        coroutine=send_password_reset,
        handle_validation_error=explain_arguments,
    )


async def send_reset(asker: Asker, passwords: Passwords, email: str | None) -> str:
    """Return "accepted", for known and unknown accounts alike, or "need_email"."""
    if email:
        if "@" not in email:
            return "need_email"
        await passwords.request_reset(email)
        return "accepted"
    try:
        account = asker.account()
    except NotVerified:
        return "need_email"
    await passwords.request_reset(account)
    return "accepted"
