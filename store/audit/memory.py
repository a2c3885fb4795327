"""An audit trail in memory: for replay and tests, gone when the process ends."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice

from handrail.store.audit.protocol import ASKED_BY, Asker, AuditEvent, Decided, Turns


class MemoryAudit:
    """Keep events in order; they are added and read, never changed."""

    def __init__(self) -> None:
        self._events: dict[str, AuditEvent] = {}

    async def record(self, event: AuditEvent) -> None:
        """Append one event, once for each id."""
        self._events.setdefault(event.id, event)

    async def list(
        self,
        thread_id: str,
        *,
        episode: int | None = None,
        actions: Collection[str] | None = None,
    ) -> Sequence[AuditEvent]:
        """Return the events of a conversation, oldest first; only of an episode, or such ones."""
        return tuple(
            event
            for event in self._events.values()
            if event.thread_id == thread_id
            and (episode is None or event.episode == episode)
            and (actions is None or event.action in actions)
        )

    async def asker(self, thread_id: str) -> Asker | None:
        """Return who asks in a conversation, None where it has no event."""
        events = await self.list(thread_id)
        logins = [event.payload[ASKED_BY] for event in events if ASKED_BY in event.payload]
        latest = max((event.episode for event in events), default=None)
        return None if latest is None else Asker(latest, logins[-1] if logins else None)

    async def newest(self) -> str | None:
        """Return the id of the event that came last, None where there is none."""
        return next(reversed(self._events), None)

    async def turns(self, actions: Collection[str], actor: str) -> Sequence[Turns]:
        """Return what the events of these actions by this actor were about, by episode."""
        found: dict[tuple[str, int, str | None, str | None], list[str]] = {}
        for event in self._events.values():
            if event.actor == actor and event.action in actions:
                about = event.payload.get("topic"), event.payload.get("channel")
                found.setdefault((event.thread_id, event.episode, *about), []).append(event.at)
        return [Turns(*about, min(times), max(times)) for about, times in found.items()]

    async def decided(self, actions: Collection[str], actor: str) -> Sequence[Decided]:
        """Return how certain each event of these actions by this actor was, in their order."""
        return [
            Decided(event.thread_id, event.episode, event.action, event.payload.get("confidence"))
            for event in self._events.values()
            if event.actor == actor and event.action in actions
        ]

    async def page(
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        after: str | None = None,
        limit: int = 1000,
    ) -> Sequence[AuditEvent]:
        """Return at most `limit` events with an `at` in [since, until), in the order they came."""
        ids = list(self._events)
        start = ids.index(after) + 1 if after in self._events else 0
        later = (self._events[id_] for id_ in ids[start:])
        wanted = (
            event
            for event in later
            if (since is None or event.at >= since) and (until is None or event.at < until)
        )
        return tuple(islice(wanted, limit))
