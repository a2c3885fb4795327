"""What an approval asks, in the shapes that people's tools render, and which answers count. Pure.

Agent Inbox renders one action with what may be done to it, agent-chat-ui a list of actions with
their reviews; Studio shows both as JSON. One payload holds the two shapes, because each tool looks
for its own keys and leaves the others.
"""

from __future__ import annotations

import re
from typing import Any

from handrail.graph.context import Context
from handrail.graph.state import Answered, Approval, Event, State
from handrail.graph.verdict import ACTION, Verdict, read_answer

LONGEST = 2000

_ORDER = re.compile(r"[\w#./-]{1,64}")
_CENTS = re.compile(r"\d{1,9}", re.ASCII)
_AMOUNT = re.compile(r"(\d{1,7})(?:[.,](\d{2}))?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")


def is_pending(state: State) -> bool:
    """Tell whether an approval waits for an answer, or for being withdrawn."""
    approval = state.get("approval")
    return approval is not None and approval["status"] == "pending"


def stands(state: State) -> bool:
    """Tell whether what was asked may still be answered: a person has the same handoff."""
    approval, handoff = state.get("approval"), state.get("handoff")
    return (
        is_pending(state)
        and state.get("owner") == "human"
        and bool(approval and handoff and approval["handoff"] == handoff["id"])
    )


def lacking(event: Event) -> str | None:
    """Return what a request for a refund exception lacks; None where it is whole."""
    if not _is_like(_ORDER, event.get("order")):
        return "no_order"
    if amount_in(event) is None or not _is_like(_CURRENCY, event.get("currency")):
        return "no_amount"
    why: object = event.get("why")
    return None if isinstance(why, str) and 0 < len(why.strip()) <= LONGEST else "no_reason"


def amount_in(event: Event) -> int | None:
    """Return the amount in hundredths of the currency; None where there is none to read."""
    if event.get("amount_cents") is not None:
        return _cents(event.get("amount_cents"))
    said: object = event.get("amount")
    found = _AMOUNT.fullmatch(said.strip()) if isinstance(said, str) else None
    return _cents(f"{found[1]}{found[2] or '00'}") if found else None


def money(cents: int, currency: str) -> str:
    """Word an amount."""
    return f"{cents // 100}.{cents % 100:02} {currency}"


def payload_of(approval: Approval) -> dict[str, Any]:
    """Return what `interrupt()` shows.

    Who reads the conversation reads this as well, and that is also its customer: what an agent
    wrote for the desk, the why, stands in the handoff's notes and not here.
    """
    amount = money(approval["amount_cents"], approval["currency"])
    text = (
        f"**Refund exception** for order `{approval['order']}`: **{amount}**\n\n"
        f"Asked for by {approval['asked_by']}, who may not confirm it. The reason is in the notes "
        f"of handoff `{approval['handoff']}`.\n\n"
        "The amount may be lowered. Nothing has been decided, and nothing is paid from here."
    )
    if approval["problem"]:
        text += f"\n\nThe last answer did not count: `{approval['problem']}`."
    args = _args(approval)
    return {
        "action_request": {"action": ACTION, "args": args},
        "config": {
            "allow_accept": True, "allow_edit": True, "allow_respond": True, "allow_ignore": True,
        },
        "description": text,
        "action_requests": [{"name": ACTION, "args": args, "arguments": args, "description": text}],
        "review_configs": [
            {"action_name": ACTION, "allowed_decisions": ["approve", "edit", "reject"]}
        ],
    }  # fmt: skip


def answered(approval: Approval, answer: Any, context: Context) -> Answered:
    """Return an answer with who gave it, and whether it counts."""
    verdict = read_answer(answer)
    amount = _amount_in(approval, verdict) or 0
    return Answered(
        by=context.actor or "unknown",
        says=verdict.says,
        amount_cents=amount if verdict.says == "yes" else 0,
        problem=_problem(approval, verdict, context),
    )


def _problem(approval: Approval, verdict: Verdict, context: Context) -> str | None:
    """Return why an answer does not count.

    Only the desk may answer, and who asked may not say yes. An amount may go down, never up.
    """
    if not context.at_the_desk:
        return "not_allowed"
    if verdict.says == "unclear":
        return "unreadable_answer"
    if verdict.says == "yes" and context.actor == approval["asked_by"]:
        return "own_request"
    amount = _amount_in(approval, verdict)
    if amount is None:
        return "not_editable"
    return "amount_raised" if amount > approval["amount_cents"] else None


def _amount_in(approval: Approval, verdict: Verdict) -> int | None:
    """Return the amount after editing; None where anything else was edited too."""
    args = {**_args(approval), **(verdict.changed or {})}
    amount = _cents(args["amount_cents"])
    unchanged = {**args, "amount_cents": approval["amount_cents"]} == _args(approval)
    return amount if unchanged else None


def _args(approval: Approval) -> dict[str, Any]:
    return {
        "order": approval["order"], "amount_cents": approval["amount_cents"],
        "currency": approval["currency"],
    }  # fmt: skip


def _cents(given: object) -> int | None:
    """Return a whole number above nought; editors give numbers as text."""
    if isinstance(given, bool) or not isinstance(given, int | str):
        return None
    found = _CENTS.fullmatch(str(given).strip())
    return int(found[0]) or None if found else None


def _is_like(pattern: re.Pattern[str], given: object) -> bool:
    return isinstance(given, str) and pattern.fullmatch(given) is not None
