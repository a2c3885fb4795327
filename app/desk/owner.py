"""Who opened a conversation: the login whose threads a LangGraph server keeps apart."""

from __future__ import annotations

from collections.abc import Sequence

from handrail.store.audit.protocol import Audit, AuditEvent

ASKED_BY = "asked_by"


async def owner_of(audit: Audit, thread_id: str) -> str | None:
    """Return the login that last wrote on a thread, None where none is known. Raises StoreDown."""
    return asked_by(await audit.list(thread_id))


def asked_by(events: Sequence[AuditEvent]) -> str | None:
    """Return the login that last wrote, by the events of a thread; None where none is known."""
    for event in reversed(events):
        login = event.payload.get(ASKED_BY)
        if isinstance(login, str):
            return login
    return None
