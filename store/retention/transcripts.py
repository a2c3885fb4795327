"""The words of handoffs that are closed: they go, and what the figures need stays."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, exists, or_, select
from sqlalchemy.orm import Session

from handrail.store.base import changed
from handrail.store.forgetting.conversations import LEGAL
from handrail.store.forgetting.payloads import without_matches
from handrail.store.handoffs.tables import EntryRow, HandoffRow, NoteRow


def closed_with_words(before: str, *, hold_legal: bool) -> Select[Any]:
    """Return the ids of handoffs that were closed before a moment and still hold words."""
    words = or_(
        HandoffRow.summary != "",
        HandoffRow.draft.is_not(None),
        exists().where(EntryRow.handoff_id == HandoffRow.id),
        exists().where(NoteRow.handoff_id == HandoffRow.id),
    )
    due = select(HandoffRow.id).where(HandoffRow.closed_at < before, words)
    return due.where(~HandoffRow.reason_names.contains(LEGAL)) if hold_legal else due


def take_words(session: Session, ids: list[str]) -> None:
    """Empty these packets of words; reasons, times, and whose conversation it was stay."""
    changed(session, delete(EntryRow).where(EntryRow.handoff_id.in_(ids)))
    changed(session, delete(NoteRow).where(NoteRow.handoff_id.in_(ids)))
    for row in session.scalars(select(HandoffRow).where(HandoffRow.id.in_(ids))):
        row.draft, row.summary, row.entries = None, "", 0
        row.tool_trace, row.evidence = [], {}
        row.reasons = without_matches(row.reasons)
    session.flush()
