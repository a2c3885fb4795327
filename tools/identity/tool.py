"""send_verification_code (WRITE, to the owner only): mail a one-time code."""

from __future__ import annotations

from functools import partial

from handrail.tools.asker import Asker
from handrail.tools.effect import WriteTool
from handrail.tools.errands.leaving import LeaveErrands
from handrail.tools.errands.tool import owner_tool
from handrail.tools.ledger import Ledger

NAME = "send_verification_code"


def code_tool(asker: Asker, leave: LeaveErrands, ledger: Ledger) -> WriteTool:
    """Build the tool for one asker. It returns a JSON string, and raises BackendDown."""
    return owner_tool(NAME, partial(send_code, asker, leave, ledger))


async def send_code(asker: Asker, leave: LeaveErrands, ledger: Ledger, email: str | None) -> str:
    """Return "accepted", for known and unknown accounts alike, "need_email" or "not_offered".

    Where the host names a customer without vouching for them, the code goes to that customer's
    address, whatever address was typed.
    """
    if asker.code == "not_offered":
        return "not_offered"
    account = asker.customer_id
    if account is None and (not email or "@" not in email):
        return "need_email"
    await ledger.note(asker, NAME)
    await leave("one_time_code", asker, account or str(email), is_id=account is not None)
    return "accepted"
