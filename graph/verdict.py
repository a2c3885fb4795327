"""Read what somebody answered to an approval, in whichever tool they did. Pure.

What cannot be read is unclear, and approves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

ACTION = "refund_exception"
YES = frozenset({"yes", "y", "true", "ok", "okay", "accept", "accepted", "approve", "approved"})
NO = frozenset({"no", "n", "false", "refuse", "refused", "reject", "rejected", "ignore", "deny"})
WORDED = frozenset({"response", "respond"})  # an answer in words of one's own
PLAIN_KEYS = ("approved", "approve", "accepted", "answer", "decision")


@dataclass(frozen=True)
class Verdict:
    """What an answer says; `changed` holds the arguments where somebody edited them."""

    says: Literal["yes", "no", "unclear"]
    changed: Mapping[str, Any] | None = None


UNCLEAR = Verdict("unclear")


def read_answer(answer: Any) -> Verdict:
    """Read an answer of any of the tools, or what somebody typed.

    Agent Inbox: `{"type": "accept" | "edit" | "response" | "ignore", "args"}`, or a list with one.
    agent-chat-ui: `{"decisions": [{"type": "approve" | "edit" | "reject", "edited_action"}]}`.
    Studio: true, "yes", `{"approved": true}` and the like.
    """
    said = _the_one_in(answer)
    if isinstance(said, bool):
        return Verdict("yes" if said else "no")
    if isinstance(said, str):
        return _read_words(said)
    if isinstance(said, dict) and isinstance(said.get("type"), str):
        return _read_typed(said["type"], said)
    return UNCLEAR


def _the_one_in(answer: Any) -> Any:
    """Return the one answer in what came; None where there is none, or more than one."""
    if isinstance(answer, dict) and "decisions" in answer:
        answer = answer["decisions"]
        if not isinstance(answer, list):
            return None
    if isinstance(answer, list):
        return answer[0] if len(answer) == 1 and isinstance(answer[0], dict) else None
    if isinstance(answer, dict) and "type" not in answer:
        # Two keys may contradict each other.
        plain = [answer[key] for key in PLAIN_KEYS if key in answer]
        return plain[0] if len(plain) == 1 and isinstance(plain[0], bool | str) else None
    return answer


def _read_typed(kind: str, answer: Mapping[str, Any]) -> Verdict:
    if kind in WORDED:
        said = answer.get("args", answer.get("message"))
        return _read_words(said) if isinstance(said, str) else UNCLEAR
    if kind == "edit":
        return _read_edit(answer.get("edited_action", answer.get("args")))
    if kind == "accept" and isinstance(answer.get("args"), dict):
        return _read_edit(answer["args"])
    return _read_words(kind)


def _read_edit(action: Any) -> Verdict:
    if not isinstance(action, dict) or not isinstance(action.get("args"), dict):
        return UNCLEAR
    if action.get("name", action.get("action")) != ACTION:
        return UNCLEAR
    return Verdict("yes", action["args"])


def _read_words(said: str) -> Verdict:
    word = said.strip().strip(".!\"'").casefold()
    return Verdict("yes") if word in YES else Verdict("no") if word in NO else UNCLEAR
