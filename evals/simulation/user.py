"""Who plays the customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Heard:
    """What reached the user since they last wrote: nothing before the first message.

    `replies` are the agent's words, none where it was silent; `code` is a one-time code that came
    into their mailbox and that they have not written yet.
    """

    replies: tuple[str, ...] = ()
    code: str | None = None


class User(Protocol):
    """Play one customer in one conversation."""

    async def say(self, heard: Heard) -> str | None:
        """Return the next message, None where the user has nothing more to say."""
        ...
