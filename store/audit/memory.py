"""An audit trail in memory: for replay and tests, gone when the process ends."""

from __future__ import annotations

from collections.abc import Sequence

from handrail.store.audit.protocol import AuditEvent


class MemoryAudit:
    """Keep events in order; they are added and read, never changed."""

    def __init__(self) -> None:
        self._events: dict[str, AuditEvent] = {}

    async def record(self, event: AuditEvent) -> None:
        """Append one event, once for each id."""
        self._events.setdefault(event.id, event)

    async def list(self, thread_id: str) -> Sequence[AuditEvent]:
        """Return the events of a conversation, oldest first."""
        return tuple(event for event in self._events.values() if event.thread_id == thread_id)
