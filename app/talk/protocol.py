"""Run what a customer says, and give what comes of it as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from langchain_core.messages import AnyMessage

from handrail.app.access.user import User


@dataclass(frozen=True)
class Said:
    """What a customer has written, under an id that stays the same when it is sent again."""

    id: str
    text: str


@dataclass(frozen=True)
class Words:
    """A piece of a reply that has passed the gate; the pieces of one message share its id."""

    message_id: str
    text: str


@dataclass(frozen=True)
class Happened:
    """An event of the run, by its `type`: status, handoff, owner, survey, refused."""

    event: dict[str, Any]


@dataclass(frozen=True)
class Stands:
    """How the conversation stands: its messages, oldest first, and the public facts."""

    messages: list[AnyMessage]
    facts: dict[str, Any]


Part = Words | Happened | Stands


class TalkDown(Exception):
    """A run could not be carried out, or nobody can say whether it was; says what went wrong."""


class NotTheirs(LookupError):
    """The conversation is somebody else's, or this caller may not say anything in it."""


class Talk(Protocol):
    """Run what customers say, each run after those before it on its thread."""

    def say(self, thread: str, said: Sequence[Said], user: User) -> AsyncIterator[Part]:
        """Run what is new of `said`, and end with how the conversation stands.

        What was said before changes nothing; with nothing new, it only says how things stand.
        The run goes on where the reader leaves. Raises TalkDown, NotTheirs or StoreDown.
        """
        ...
