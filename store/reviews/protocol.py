"""Wrong-answer audits: which episodes of the AI were picked, and what reviewers found in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from handrail.store.handoffs.protocol import Entry

Finding = Literal["right", "wrong"]
FINDINGS: tuple[Finding, ...] = get_args(Finding)


class NotPicked(LookupError):
    """A verdict on an episode that nobody picked: it would make the wrong-answer rate a choice."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return (
            f"{self.key!r} was not picked for review; "
            "run `handrail audit list` for the keys of those that were."
        )


@dataclass(frozen=True)
class Conversation:
    """The words of one episode that the AI resolved, kept so that a reviewer can read them.

    `key` is "thread:episode", `at` is when it was resolved, ISO 8601 in UTC. `customer_id` is None
    for a visitor, and where whoever resolved it did not say whose it was.
    """

    key: str
    thread_id: str
    customer_id: str | None
    language: str
    at: str
    transcript: tuple[Entry, ...]


@dataclass(frozen=True)
class Pick:
    """One episode picked for review; `seed` names the sample, `reviewer` whom it was picked for."""

    key: str
    at: str
    seed: str
    reviewer: str | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What a reviewer found; `at` is ISO 8601 in UTC."""

    key: str
    by: str
    finding: Finding
    at: str
    note: str = ""


@dataclass(frozen=True)
class Review:
    """One picked episode, with the latest verdict of each reviewer; without one it waits."""

    pick: Pick
    verdicts: tuple[Verdict, ...] = ()


class Reviews(Protocol):
    """Keep conversations to review, picks, and verdicts. Every method raises StoreDown.

    The words of customers stand in the conversations alone.
    """

    async def keep(self, conversation: Conversation) -> None:
        """Keep a conversation, once for each key: the first call freezes it."""
        ...

    async def conversation(self, key: str) -> Conversation | None:
        """Return the conversation of "thread:episode", None where none was kept."""
        ...

    async def pick(self, picks: Sequence[Pick]) -> None:
        """Note what was picked, once for each key: the first pick of an episode stays."""
        ...

    async def give(self, verdict: Verdict) -> bool:
        """Keep a verdict; one that differs from the reviewer's last corrects it, and both stay.

        Returns False, and keeps nothing, where the reviewer's last one says the same. Raises
        NotPicked.
        """
        ...

    async def given(self, key: str) -> Sequence[Verdict]:
        """Return every verdict on an episode, corrected ones too, oldest first."""
        ...

    async def list(self) -> Sequence[Review]:
        """Return everything that was picked, the earliest picks first."""
        ...
