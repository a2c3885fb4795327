"""send_password_reset (WRITE, to the owner only): mail a link for a new password."""

from __future__ import annotations

from functools import partial

from handrail.tools.asker import Asker
from handrail.tools.effect import WriteTool
from handrail.tools.errands.leaving import LeaveErrands
from handrail.tools.errands.tool import owner_tool
from handrail.tools.errors import NotVerified
from handrail.tools.ledger import Ledger

NAME = "send_password_reset"


def password_tool(asker: Asker, leave: LeaveErrands, ledger: Ledger) -> WriteTool:
    """Build the tool for one asker. It returns a JSON string, and raises BackendDown."""
    return owner_tool(NAME, partial(send_reset, asker, leave, ledger))


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
