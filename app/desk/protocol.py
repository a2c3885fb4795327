"""Carry out what somebody at the desk does, as an event of the conversation's graph."""

from __future__ import annotations

from typing import Any, Protocol

from handrail.app.access.user import User
from handrail.graph.state import Event

NOT_ALLOWED = "not_allowed"
NOTHING_ASKED = "nothing_asked"


class ThreadGone(LookupError):
    """The conversation of a handoff is not on this server, or not any more."""

    def __init__(self, thread_id: str) -> None:
        super().__init__(thread_id)
        self.thread_id = thread_id


class DeskDown(Exception):
    """An act could not be carried out, or nobody can say whether it was; says what went wrong."""


class Desk(Protocol):
    """Run events on conversations, each after the runs before it."""

    async def act(self, thread_id: str, event: Event, agent: User) -> str | None:
        """Carry out an event; return why it was refused, None where it was carried out.

        An event with the same id is carried out once. Raises ThreadGone or DeskDown.
        """
        ...

    async def answer(self, thread_id: str, answer: Any, agent: User) -> str | None:
        """Answer the approval that waits; return why it does not count, None where it does.

        `answer` has a shape that graph.verdict reads. Raises ThreadGone or DeskDown.
        """
        ...
