"""The routers: pure functions over state, one for each fork of the drawing."""

from __future__ import annotations

from typing import Literal

from handrail.graph.approval import is_pending
from handrail.graph.state import State

Guard = Literal["sentiment", "legal", "vip", "account_closure", "human_request", "injection"]
ALL_GUARDS: list[Guard] = [
    "sentiment", "legal", "vip", "account_closure", "human_request", "injection",
]  # fmt: skip


def after_intake(
    state: State,
) -> Literal["desk", "hold", "take_back", "escalate", "approve", "__end__"] | list[Guard]:
    """Who owns this conversation, and what kind of event is it?

    A handoff that was kept and never told of is told now; a message sent twice is one message.
    """
    if state.get("event"):
        return "desk"
    if state.get("refused") == "nothing_new":
        return after_person(state)
    if state.get("reasons"):
        return "escalate"
    if state.get("wants_back"):
        return "take_back"
    return "hold" if state.get("owner") == "human" else ALL_GUARDS


def after_person(state: State) -> Literal["approve", "__end__"]:
    """Is an approval waiting?

    A run takes back what the run before it had raised, so it is raised again at the end.
    """
    return "approve" if is_pending(state) else "__end__"


def after_triage(state: State) -> Literal["answer", "escalate"]:
    """Did a guard fire, or is it nothing of ours?"""
    return "escalate" if state.get("reasons") else "answer"


def after_assess(state: State) -> Literal["reply", "escalate"]:
    """Is the draft good enough to be sent?"""
    return "escalate" if state.get("reasons") or not state.get("draft") else "reply"
