"""Runs of the graph on behalf of those who write in a chat product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from handrail.app.access.user import User
from handrail.graph.conversation import MARK, mark_of, text_of
from handrail.graph.state import Event, Owner


@dataclass(frozen=True)
class Heard:
    """One message of a conversation; `noted` is what we noted on it."""

    id: str
    by: Literal["customer", "us"]
    text: str
    name: str | None
    noted: Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """How a conversation stands, as far as a channel has to know."""

    messages: tuple[Heard, ...] = ()
    owner: Owner = "ai"
    episode: int = 1
    handoff: str | None = None
    claimed_by: str | None = None
    notice: str | None = None
    resolved: bool = False
    language: str = "en"


class Runs(Protocol):
    """Run messages and acts, each after the runs before it on its thread.

    Raises DeskDown where it could not be done, or nobody can say whether it was.
    """

    async def say(self, thread_id: str, message_id: str, text: str, customer: User) -> None:
        """Run a customer's message; the same id is one message, however often it comes."""
        ...

    async def act(self, thread_id: str, event: Event, agent: User) -> str | None:
        """Carry out an agent's act; return why it was refused. Raises ThreadGone."""
        ...

    async def standing(self, thread_id: str, customer: User) -> Standing:
        """Read how a conversation stands; one that nobody has begun is empty."""
        ...


def standing_in(values: Mapping[str, Any]) -> Standing:
    """Read the facts out of a state, whether its messages are objects or plain JSON."""
    handoff = values.get("handoff")
    resolution = values.get("resolution") or {}
    heard = [_heard(message) for message in values.get("messages") or []]
    return Standing(
        messages=tuple(one for one in heard if one is not None),
        owner=values.get("owner") or "ai",
        episode=values.get("episode") or 1,
        handoff=handoff["id"] if handoff and handoff.get("made") else None,
        claimed_by=values.get("claimed_by"),
        notice=values.get("notice"),
        resolved=bool(resolution.get("path")),
        language=values.get("language") or "en",
    )


def _heard(message: Any) -> Heard | None:
    if isinstance(message, BaseMessage):
        if not isinstance(message, HumanMessage | AIMessage):
            return None
        by: Literal["customer", "us"] = "customer" if isinstance(message, HumanMessage) else "us"
        return Heard(message.id or "", by, text_of(message), message.name, mark_of(message))
    if message.get("type") not in {"human", "ai"}:
        return None
    noted = (message.get("additional_kwargs") or {}).get(MARK)
    content = message.get("content")
    return Heard(
        id=message.get("id") or "",
        by="customer" if message["type"] == "human" else "us",
        text=content if isinstance(content, str) else "",
        name=message.get("name"),
        noted=noted if isinstance(noted, dict) else {},
    )
