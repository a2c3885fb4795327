"""Errands: what an account's owner is to be sent, kept until it is done or given up.

A conversation only leaves the errand. Who the account belongs to, and whether there is one, is
found out later, where nobody who chats can see what it comes to or how long it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

ErrandKind = Literal["password_reset", "one_time_code"]
ErrandOutcome = Literal["sent", "no_account", "locked", "limited"]


@dataclass(frozen=True)
class Errand:
    """One thing to do. `id` is its idempotency key: it is left once, however often a step runs.

    `identifier` is an e-mail address as typed, or a customer id where `is_id` says so. `asked_by`
    is the customer id that the host named, None for a visitor.
    """

    id: str
    kind: ErrandKind
    identifier: str
    is_id: bool
    thread_id: str
    asked_by: str | None
    language: str
    created_at: str


@dataclass(frozen=True)
class Leased:
    """An errand that somebody is running now. `attempts` counts this attempt too."""

    errand: Errand
    attempts: int


class Errands(Protocol):
    """Keep errands. Every method raises StoreDown. Times are ISO 8601 in UTC."""

    async def add(self, errand: Errand) -> bool:
        """Keep an errand, once for each id. True if it is new."""
        ...

    async def due(self, now: str, lease_until: str, limit: int = 20) -> Sequence[Leased]:
        """Lease at most `limit` errands, the longest due first.

        Nobody else gets one before `lease_until`.
        """
        ...

    async def done(self, leased: Leased, outcome: ErrandOutcome, at: str) -> None:
        """Record what it came to, and forget whom it was for."""
        ...

    async def failed(self, leased: Leased, error: str, next_at: str | None) -> None:
        """Record a failed attempt, to be tried again at `next_at`; None gives it up."""
        ...

    async def stuck(self, kind: ErrandKind, since: str) -> str | None:
        """Return what went wrong with the oldest one of a kind that waits since before `since`.

        None where none waits so long; "" where it has not been tried.
        """
        ...

    async def pending(self) -> int:
        """Count the errands still to be done."""
        ...
