"""What a customer can see in a conversation's state. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handrail.graph.conversation import MARK

HANDOFF = "handoff"


def has_outcome(values: Mapping[str, Any], message_id: str) -> bool:
    """Tell whether a message was answered, handed over, or kept for the person who has it."""
    messages = values.get("messages") or []
    places = [place for place, it in enumerate(messages) if it.get("id") == message_id]
    if not places:
        return False
    if any(words_of(it) for it in messages[places[-1] + 1 :] if it.get("type") == "ai"):
        return True
    handoff = values.get("handoff") or {}
    return values.get("owner") == "human" and bool(handoff.get("made"))


def handoff_of(values: Mapping[str, Any]) -> str | None:
    """Return the id of the handoff a conversation is at."""
    return (values.get("handoff") or {}).get("id")


def words_of(message: Mapping[str, Any]) -> str:
    """Return the words of a message; the marker that ends a person's stretch has none."""
    return str(message.get("content") or "")


def mark_of(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what we noted on a message of ours."""
    return (message.get("additional_kwargs") or {}).get(MARK) or {}


def is_answer(message: Mapping[str, Any]) -> bool:
    """Tell whether these are the AI's own words, and no handoff notice."""
    noted = mark_of(message)
    is_ai = message.get("type") == "ai" and noted.get("author") == "ai"
    return is_ai and bool(words_of(message)) and noted.get("kind") != HANDOFF


def is_notice(message: Mapping[str, Any]) -> bool:
    """Tell whether this is the notice that a person will answer."""
    return mark_of(message).get("kind") == HANDOFF


def spoken_over(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ids of the AI's answers that stand where a person owns the conversation."""
    found, with_person = [], False
    for message in messages:
        if is_notice(message):
            with_person = True
        elif mark_of(message).get("ends"):
            with_person = False
        elif with_person and is_answer(message):
            found.append(str(message.get("id")))
    return found
