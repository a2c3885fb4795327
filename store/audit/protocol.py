"""The audit trail: what was decided, by whom, when, under which policy version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

ASKED_BY = "asked_by"  # in the payload of what a customer's message led to: the login


@dataclass(frozen=True)
class AuditEvent:
    """One decision or action. `at` is ISO 8601 in UTC; `payload` holds plain JSON values.

    `id` is made from what the event is about, so that a step which runs again records it once.
    """

    id: str
    at: str
    thread_id: str
    episode: int
    actor: str
    action: str
    policy_version: str
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asker:
    """Who asks in a conversation: its latest episode, and the login that wrote last, if any."""

    episode: int
    login: str | None


@dataclass(frozen=True)
class Turns:
    """The turns of an episode that came to one topic: from the first `at` to the last.

    `topic` and `channel` are what the payloads say, None where they say none.
    """

    thread_id: str
    episode: int
    topic: str | None
    channel: str | None
    began_at: str
    last_at: str


@dataclass(frozen=True)
class Decided:
    """One event, by how certain it was: `confidence` is what the payload says, or None."""

    thread_id: str
    episode: int
    action: str
    confidence: float | None


class Audit(Protocol):
    """Keep events for good: they are added and read, never changed and never removed."""

    async def record(self, event: AuditEvent) -> None:
        """Append one event, once for each id. Raises StoreDown."""
        ...

    async def list(
        self,
        thread_id: str,
        *,
        episode: int | None = None,
        actions: Collection[str] | None = None,
    ) -> Sequence[AuditEvent]:
        """Return the events of a conversation, oldest first; only of an episode, or such ones.

        A long conversation has thousands of them: ask for those that are looked at. Raises
        StoreDown.
        """
        ...

    async def asker(self, thread_id: str) -> Asker | None:
        """Return who asks in a conversation, None where it has no event. Raises StoreDown."""
        ...

    async def newest(self) -> str | None:
        """Return the id of the event that came last, None where there is none. Raises StoreDown."""
        ...

    async def turns(self, actions: Collection[str], actor: str) -> Sequence[Turns]:
        """Return what the events of these actions by this actor were about, by episode.

        Much lighter than the events themselves: the store does the counting. Raises StoreDown.
        """
        ...

    async def decided(self, actions: Collection[str], actor: str) -> Sequence[Decided]:
        """Return how certain each event of these actions by this actor was, in their order.

        Raises StoreDown.
        """
        ...

    async def page(
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        after: str | None = None,
        limit: int = 1000,
    ) -> Sequence[AuditEvent]:
        """Return at most `limit` events with an `at` in [since, until), in the order they came.

        `since` and `until` are ISO 8601 in UTC, None for an open end; `after` is the id of the
        last event of the page before. A page with fewer events than `limit` is the last one.
        Raises StoreDown.
        """
        ...
