"""Who owns a conversation: the state machine as a table, and who may do what. Pure.

A conversation is at one stage; what somebody does takes it to the next, or is refused. The stages
ai and closed need no packet; waiting and human are the stages of an open one.
"""

from __future__ import annotations

from typing import Literal

Stage = Literal["ai", "waiting", "human", "closed"]
Status = Literal["open", "claimed", "handed_back", "resolved", "abandoned"]
Act = Literal[
    "message", "escalate", "claim", "reply", "note", "transfer", "take_back", "hand_back",
    "resolve", "abandon", "mark", "rating",
]  # fmt: skip

NEXT: dict[tuple[Stage, Act], Stage] = {
    ("ai", "message"): "ai",
    ("ai", "escalate"): "waiting",
    ("ai", "claim"): "human",  # an agent steps in; this opens a packet as well
    ("ai", "resolve"): "closed",  # the customer confirmed, or the host product says so
    ("ai", "mark"): "ai",  # the agent's mark on a handoff that was handed back
    ("waiting", "message"): "waiting",
    ("waiting", "escalate"): "waiting",
    ("waiting", "claim"): "human",
    ("waiting", "note"): "waiting",
    ("waiting", "transfer"): "waiting",
    ("waiting", "take_back"): "ai",  # the customer asks for the assistant again
    ("human", "message"): "human",
    ("human", "escalate"): "human",
    ("human", "claim"): "human",  # by the same person
    ("human", "reply"): "human",
    ("human", "note"): "human",
    ("human", "transfer"): "waiting",
    ("human", "hand_back"): "ai",
    ("human", "resolve"): "closed",
    ("human", "abandon"): "closed",  # the customer is gone: no resolution, no survey
    ("human", "mark"): "human",
    ("closed", "message"): "ai",  # in a new episode
    ("closed", "mark"): "closed",
    ("closed", "rating"): "closed",
}
STAGE_OF: dict[Status, Stage] = {
    "open": "waiting", "claimed": "human", "handed_back": "ai", "resolved": "closed",
    "abandoned": "closed",
}  # fmt: skip
STATUS_AT: dict[Stage, Status] = {
    "waiting": "open", "human": "claimed", "ai": "handed_back", "closed": "resolved",
}  # fmt: skip
CLAIMED_BY = "claimed_by:"
OWNERS_ONLY = frozenset({"reply", "hand_back", "resolve", "abandon"})


def refusal(status: Status, owner: str | None, act: Act, actor: str) -> str | None:
    """Return why `actor` may not do this to a handoff; None where it may be done.

    The codes: "claimed_by:<who>", "claim_first", and "closed" where the handoff is over.
    """
    stage = STAGE_OF[status]
    if act == "claim" and stage == "human" and owner != actor:
        return f"{CLAIMED_BY}{owner}"
    if stage in {"ai", "closed"}:
        return None if act == "mark" else "closed"
    if act in OWNERS_ONLY and (stage != "human" or owner != actor):
        return f"{CLAIMED_BY}{owner}" if stage == "human" else "claim_first"
    return None if (stage, act) in NEXT else "not_now"


def status_after(status: Status, act: Act) -> Status:
    """Return the status of a handoff after an act that `refusal` allows."""
    stage = STAGE_OF[status]
    if act == "abandon":
        return "abandoned"
    return status if act == "mark" else STATUS_AT[NEXT[(stage, act)]]
