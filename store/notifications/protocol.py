"""Notifications: what people are to be told, kept until every target has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Kind = Literal[
    "handoff.opened",
    "handoff.message",
    "handoff.escalated",
    "handoff.claimed",
    "handoff.transferred",
    "handoff.taken_back",
    "handoff.handed_back",
    "handoff.resolved",
    "handoff.abandoned",
    "alarm.unowned",
    "alarm.overdue",
    "alarm.waiting",
    "account.attention",
    "errand.failed",
]


@dataclass(frozen=True)
class Notification:
    """One thing to tell about a handoff; `payload` holds plain JSON, no words of the customer.

    What is about an account has no handoff: its `handoff_id` is empty.

    `id` is made from what it is about, so that a step which runs again tells it once.
    """

    id: str
    kind: Kind
    handoff_id: str
    created_at: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Delivery:
    """One notification on its way to one target. `attempts` counts this attempt too."""

    notification: Notification
    target: str
    attempts: int


@dataclass(frozen=True)
class DeadLetter:
    """A delivery that was given up: `error` says why, `at` is when it was last tried."""

    notification_id: str
    kind: Kind
    target: str
    attempts: int
    error: str
    at: str


class Notifications(Protocol):
    """Keep notifications, and how far each target has got. Every method raises StoreDown.

    Times are ISO 8601 in UTC. A delivery reaches its target at least once: who was cut off
    between sending and recording it sends again when the lease has run out.
    """

    async def add(self, notification: Notification) -> bool:
        """Keep a notification, once for each id. True if it is new."""
        ...

    async def due(
        self, targets: Sequence[str], now: str, lease_until: str, limit: int = 20
    ) -> Sequence[Delivery]:
        """Lease at most `limit` deliveries to these targets, the longest due first.

        Each notification is first fanned out, once, to the targets given at that time; without
        any it waits. Nobody else gets a leased delivery before `lease_until`. What is owed to a
        target that is no longer given stays pending.
        """
        ...

    async def delivered(self, delivery: Delivery, at: str) -> None:
        """Record that a target has it, whatever else has been recorded meanwhile."""
        ...

    async def failed(self, delivery: Delivery, error: str, next_at: str | None) -> None:
        """Record a failed attempt, to be tried again at `next_at`; None makes a dead letter.

        Changes nothing where the delivery has been leased anew or made since.
        """
        ...

    async def dead(self, limit: int = 100) -> Sequence[DeadLetter]:
        """Return the dead letters, the latest first."""
        ...

    async def replay(self, notification_id: str | None = None) -> int:
        """Make dead letters pending again, of one notification or all; return how many."""
        ...

    async def pending(self) -> int:
        """Count the deliveries still to be made; what is not fanned out yet counts as one."""
        ...
