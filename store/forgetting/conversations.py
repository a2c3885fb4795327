"""Forget conversations: their words, their names, and whatever else tells whose they were."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from handrail.store.base import changed
from handrail.store.csat.sql import CsatRow
from handrail.store.forgetting.payloads import without_matches
from handrail.store.handoffs.tables import EntryRow, HandoffRow, NoteRow, StepRow
from handrail.store.notifications.tables import DeliveryRow, NotificationRow
from handrail.store.reviews.tables import ConversationRow, PickRow, VerdictRow

FORGOTTEN = "forgotten-"
LEGAL = ",legal,"
Episode = tuple[str, int]
Names = Mapping[str, str]  # of conversations: what each is called afterwards


def episodes_held(session: Session, threads: Collection[str]) -> set[Episode]:
    """Return the episodes that were handed over as legal."""
    legal = select(HandoffRow.thread_id, HandoffRow.episode).where(
        HandoffRow.thread_id.in_(threads), HandoffRow.reason_names.contains(LEGAL)
    )
    return {(thread, episode) for thread, episode in session.execute(legal)}


def forget_packets(
    session: Session, names: Names, held: Collection[Episode], now: str
) -> dict[str, int]:
    """Empty packets of all words; one that still waited is over, for nobody is there to answer."""
    mine = select(HandoffRow).where(HandoffRow.thread_id.in_(names))
    packets = [row for row in session.scalars(mine) if (row.thread_id, row.episode) not in held]
    ids = [row.id for row in packets]
    told = select(NotificationRow.id).where(NotificationRow.handoff_id.in_(ids))
    counts = {
        "deliveries": changed(
            session, delete(DeliveryRow).where(DeliveryRow.notification_id.in_(told))
        ),
        "notifications": changed(
            session, delete(NotificationRow).where(NotificationRow.handoff_id.in_(ids))
        ),
        "transcript": changed(session, delete(EntryRow).where(EntryRow.handoff_id.in_(ids))),
        "notes": changed(session, delete(NoteRow).where(NoteRow.handoff_id.in_(ids))),
        "handoff_steps": changed(session, delete(StepRow).where(StepRow.handoff_id.in_(ids))),
        "handoffs": len(packets),
    }  # fmt: skip
    for row in packets:
        if row.closed_at is None:
            row.status, row.closed_at = "abandoned", now
            row.waiting_since = row.unowned_since = None
        row.thread_id = names[row.thread_id]
        row.key = f"{row.thread_id}:{row.episode}"
        row.customer_id, row.draft, row.summary, row.entries = None, None, "", 0
        row.tool_trace, row.evidence = [], {}
        row.reasons = without_matches(row.reasons)
    session.flush()
    return counts


def forget_ratings(session: Session, names: Names, held: Collection[Episode]) -> dict[str, int]:
    """Keep ratings for their path, without the comment and without the survey's link."""
    found = 0
    for thread, name in names.items():
        for key, episode in _keys(session, CsatRow.key, thread, held):
            new = {"key": f"{name}:{episode}", "comment": None, "survey_id": None}
            session.execute(update(CsatRow).where(CsatRow.key == key).values(new))
            found += 1
    return {"csat": found}


def forget_reviews(session: Session, names: Names, held: Collection[Episode]) -> dict[str, int]:
    """Take away what was said; that it was reviewed, and how, stays for the rate."""
    words = picks = verdicts = 0
    for thread, name in names.items():
        for key, _ in _keys(session, ConversationRow.key, thread, held):
            words += changed(session, delete(ConversationRow).where(ConversationRow.key == key))
        for key, episode in _keys(session, PickRow.key, thread, held):
            new = f"{name}:{episode}"
            pick = session.get_one(PickRow, key)
            session.add(
                PickRow(key=new, at=pick.at, seed=pick.seed, reviewer=pick.reviewer,
                        topics=pick.topics)
            )  # fmt: skip
            session.flush()
            given = update(VerdictRow).where(VerdictRow.key == key).values(key=new, note="")
            verdicts += changed(session, given)
            session.delete(pick)
            picks += 1
    session.flush()
    return {"review_conversations": words, "review_picks": picks, "review_verdicts": verdicts}


def _keys(
    session: Session, column: Any, thread: str, held: Collection[Episode]
) -> list[tuple[str, int]]:
    """Return the keys "thread:episode" of a conversation that are not on hold."""
    found = []
    for key in session.scalars(
        select(column).where(column.startswith(f"{thread}:", autoescape=True))
    ):
        known, _, episode = key.rpartition(":")
        if known == thread and episode.isdecimal() and (thread, int(episode)) not in held:
            found.append((key, int(episode)))
    return found
