"""Who opened a conversation: the login whose threads a LangGraph server keeps apart."""

from __future__ import annotations

from handrail.store.audit.protocol import Audit

ASKED_BY = "asked_by"


async def owner_of(audit: Audit, thread_id: str) -> str | None:
    """Return the login that last wrote on a thread, None where none is known. Raises StoreDown."""
    for event in reversed(await audit.list(thread_id)):
        asked_by = event.payload.get(ASKED_BY)
        if isinstance(asked_by, str):
            return asked_by
    return None
