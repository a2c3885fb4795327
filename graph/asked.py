"""What the audit says of refund exceptions: which one waits, and what was decided. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from handrail.graph.recording import row_id
from handrail.graph.verdict import ACTION
from handrail.store.audit.protocol import AuditEvent

DECIDED = "refund_exception_decided"
ASKED = (ACTION, DECIDED)  # the actions that are read here


def decided_in(events: Sequence[AuditEvent], approval_id: str) -> AuditEvent | None:
    """Return the decision on an approval, None where there is none yet."""
    for event in events:
        if event.action == DECIDED and event.payload.get("approval") == approval_id:
            return event
    return None


def waiting_in(events: Sequence[AuditEvent], episode: int) -> AuditEvent | None:
    """Return the request of an episode that nobody has decided, None where there is none."""
    for event in reversed(events):
        if event.action == ACTION and event.episode == episode:
            return None if decision_on(events, event) else event
    return None


def decision_on(events: Sequence[AuditEvent], request: AuditEvent) -> AuditEvent | None:
    """Return the decision on a request, by the row that recorded it."""
    for event in events:
        about = str(event.payload.get("approval"))
        if event.action == DECIDED and row_id(event.thread_id, ACTION, about) == request.id:
            return event
    return None
