"""send_password_reset (WRITE, to the owner only): mail a link for a new password."""

from __future__ import annotations

import json

from pydantic import Field

from handrail.prompts.load import load
from handrail.tools.arguments import Arguments, explain_arguments
from handrail.tools.asker import Asker
from handrail.tools.effect import WriteTool
from handrail.tools.errands.leaving import LeaveErrands
from handrail.tools.errors import NotVerified
from handrail.tools.ledger import Ledger

NAME = "send_password_reset"


class SendPasswordReset(Arguments):
    """What the model gives: the address as typed, if one was."""

    email: str | None = Field(default=None, max_length=320)


def password_tool(asker: Asker, leave: LeaveErrands, ledger: Ledger) -> WriteTool:
    """Build the tool for one asker. It returns a JSON string, and raises BackendDown."""

    async def send_password_reset(email: str | None = None) -> str:
        return json.dumps({"outcome": await send_reset(asker, leave, ledger, email)})

    return WriteTool(
        name=NAME,
        description=load(f"tools/{NAME}"),
        args_schema=SendPasswordReset,
        coroutine=send_password_reset,
        handle_validation_error=explain_arguments,
        to_owner_only=True,
    )


async def send_reset(asker: Asker, leave: LeaveErrands, ledger: Ledger, email: str | None) -> str:
    """Return "accepted", for known and unknown accounts alike, or "need_email"."""
    if email and "@" not in email:
        return "need_email"
    try:
        account, is_id = (email, False) if email else (asker.account(), True)
    except NotVerified:
        return "need_email"
    await ledger.note(asker, NAME)
    await leave("password_reset", asker, account, is_id=is_id)
    return "accepted"
