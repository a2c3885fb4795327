"""The audit trail: what was decided, by whom, when, under which policy version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


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


class Audit(Protocol):
    """Keep events for good: they are added and read, never changed and never removed."""

    async def record(self, event: AuditEvent) -> None:
        """Append one event, once for each id. Raises StoreDown."""
        ...

    async def list(self, thread_id: str) -> Sequence[AuditEvent]:
        """Return the events of a conversation, oldest first. Raises StoreDown."""
        ...
