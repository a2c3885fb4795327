"""The routers: pure functions over state, one for each fork of the drawing."""

from __future__ import annotations

from typing import Literal

from handrail.graph.state import State

Guard = Literal["sentiment", "legal", "vip", "account_closure", "human_request", "injection"]
ALL_GUARDS: list[Guard] = [
    "sentiment", "legal", "vip", "account_closure", "human_request", "injection",
]  # fmt: skip


def after_intake(state: State) -> Literal["desk", "hold"] | list[Guard]:
    """Who owns this conversation, and what kind of event is it?"""
    if state.get("event"):
        return "desk"
    return "hold" if state.get("owner") == "human" else ALL_GUARDS


def after_triage(state: State) -> Literal["answer", "escalate"]:
    """Did a guard fire, or is it nothing of ours?"""
    return "escalate" if state.get("reasons") else "answer"


def after_assess(state: State) -> Literal["reply", "escalate"]:
    """Is the draft good enough to be sent?"""
    return "escalate" if state.get("reasons") or not state.get("draft") else "reply"
