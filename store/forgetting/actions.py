"""Keep what was done, as long as it has to be kept, and not for whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from handrail.store.audit.sql import AuditRow
from handrail.store.forgetting.conversations import Episode
from handrail.store.forgetting.payloads import without_words


def forget_audit(
    session: Session, names: Mapping[str, str], held: Collection[Episode], keep_from: str
) -> dict[str, int]:
    """Keep what was done, without words and names; what is older than that is taken away."""
    found = 0
    for row in session.scalars(select(AuditRow).where(AuditRow.thread_id.in_(names))):
        if (row.thread_id, row.episode) in held:
            continue
        found += 1
        if row.at < keep_from:
            session.delete(row)
            continue
        row.thread_id = names[row.thread_id]
        row.event_id = str(uuid5(NAMESPACE_URL, f"handrail:{row.thread_id}:{row.id}"))
        row.payload = without_words(row.payload)
    session.flush()
    return {"audit": found}
