"""Read the list of messages as a conversation: who said what, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from handrail.models.plan import Role, Turn
from handrail.models.redaction import strip_secrets
from handrail.store.handoffs.protocol import Entry

MARK = "handrail"  # our key in AIMessage.additional_kwargs
LATEST = 64  # messages that a turn reads of what was said: turn 500 then takes what turn 50 does


def text_of(message: AnyMessage) -> str:
    """Return the text of a message, also where its content is a list of blocks."""
    content = message.content
    if isinstance(content, str):
        return content
    parts = [part if isinstance(part, str) else str(part.get("text", "")) for part in content]
    return "\n".join(part for part in parts if part)


def mark_of(message: AnyMessage) -> Mapping[str, Any]:
    """Return what we noted on a message of ours, to be read: author, topic, asked, episode."""
    if not message.additional_kwargs:
        return {}
    noted = message.additional_kwargs.get(MARK)
    return noted if isinstance(noted, dict) else {}


def turns_of(messages: Sequence[AnyMessage]) -> list[Turn]:
    """Return the latest turns of this episode: what came before it is left out.

    Old handoff words must not trigger again, so the end marker of a human stretch cuts here.
    """
    turns: list[Turn] = []
    for message in latest(messages):
        noted = mark_of(message)
        text = text_of(message)
        if not text:
            continue
        if isinstance(message, HumanMessage):
            turns.append(Turn("customer", text))
        elif isinstance(message, AIMessage):
            role: Role = "human" if noted.get("author") == "human" else "ai"
            turns.append(Turn(role, text, topic=noted.get("topic"), asked=noted.get("asked")))
    return turns


def last_said(messages: Sequence[AnyMessage], most: int) -> list[str]:
    """Return the last texts of the customer in this episode, at most so many, oldest first."""
    found: list[str] = []
    for message in reversed(messages):
        if len(found) == most or mark_of(message).get("ends"):
            break
        if isinstance(message, HumanMessage) and (text := text_of(message)):
            found.append(text)
    return found[::-1]


def latest(messages: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
    """Return what a turn reads: the last messages, from the last end marker on where one is there.

    Of a longer conversation they begin with a customer's message, as some models need it.
    """
    first = max(0, len(messages) - LATEST)
    for place in range(len(messages) - 1, first - 1, -1):
        if mark_of(messages[place]).get("ends"):
            return messages[place:]
    if first:
        theirs = (n for n in range(first, len(messages)) if isinstance(messages[n], HumanMessage))
        first = next(theirs, first)
    return messages[first:]


def since_start(messages: Sequence[AnyMessage], episode: int) -> list[AnyMessage]:
    """Return the messages of an episode: those after the last one that ends or is of another."""
    start = 0
    for place, message in enumerate(messages, start=1):
        noted = mark_of(message)
        if noted.get("ends") or noted.get("episode", episode) != episode:
            start = place
    return list(messages[start:])


def transcript_of(messages: Sequence[AnyMessage], *, at: str | None = None) -> list[Entry]:
    """Return the whole conversation for a handoff packet, oldest first, never shortened.

    `at` is the time of messages that do not hold theirs. What a customer wrote holds no secrets,
    also where `intake` had no chance to take them out.
    """
    rows: list[Entry] = []
    for message in messages:
        if not isinstance(message, HumanMessage | AIMessage) or not text_of(message):
            continue
        noted = mark_of(message)
        is_theirs = isinstance(message, HumanMessage)
        role = "customer" if is_theirs else str(noted.get("author", "ai"))
        text = strip_secrets(text_of(message)) if is_theirs else text_of(message)
        rows.append(Entry(id=message.id or "", role=role, text=text, at=noted.get("at") or at))
    return rows
