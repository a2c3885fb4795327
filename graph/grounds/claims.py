"""What a sentence says that we did, will do or promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from handrail.graph.grounds.wordlists import expressions, straight

MAILERS = ("send_password_reset", "send_verification_code")
Claim = Literal["none", "open", "own"]


def action_in(sentence: str, trace: Sequence[dict[str, Any]]) -> Claim:
    """Tell whether a sentence claims an action of ours that no tool carried out in this turn.

    "own" is claimed whatever an article says; "open" is where no article says it of everybody.
    """
    plain = expressions("action_claims", "excuses").sub(" ", straight(sentence))
    if expressions("action_claims", "own").search(plain):
        return "own"
    if expressions("action_claims", "mailed").search(plain) and not _was_mailed(plain, trace):
        return "own"
    return "open" if expressions("action_claims", "open").search(plain) else "none"


def promise_in(sentence: str) -> Claim:
    """Tell whether a sentence promises something; "own" is a promise whatever an article says."""
    plain = straight(sentence)
    if expressions("promises", "firm").search(plain):
        return "own"
    return "open" if expressions("promises", "open").search(plain) else "none"


def _was_mailed(sentence: str, trace: Sequence[dict[str, Any]]) -> bool:
    sent = {step["tool"] for step in trace if step["result"].get("outcome") == "accepted"}
    return any(
        tool in sent and expressions("action_claims", tool).search(sentence) for tool in MAILERS
    )


def speaks_of_itself(sentence: str) -> bool:
    """Tell whether a sentence speaks of the machine's own instructions."""
    return expressions("self_talk", "fires").search(straight(sentence)) is not None
