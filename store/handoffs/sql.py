"""Handoffs in an SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Select, Update, bindparam, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handrail.store.base import in_transaction, storable
from handrail.store.handoffs import telling
from handrail.store.handoffs.changes import changed
from handrail.store.handoffs.ownership import refusal
from handrail.store.handoffs.protocol import (
    Entry,
    HandoffPacket,
    Outcome,
    Standing,
    Step,
    UnknownHandoff,
    Wanted,
)
from handrail.store.handoffs.tables import (
    EntryRow,
    HandoffRow,
    NoteRow,
    StepRow,
    entry_of,
    entry_row_of,
    names_in,
    packet_of,
    row_of,
    standing_of,
)
from handrail.store.notifications.tables import notification_row

KEYED = select(HandoffRow).where(HandoffRow.key == bindparam("key"))


class SqlHandoffs:
    """Keep handoffs in the tables `handoffs`, `transcript`, `notes` and `handoff_steps`.

    What people are to be told goes into `notifications`, in the same transaction.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def open(self, packet: HandoffPacket) -> tuple[Standing, bool]:
        """Keep a packet, once for each key; the unique key decides between calls at once."""

        def work(session: Session) -> tuple[Standing, bool]:
            try:
                with session.begin_nested():
                    row = row_of(packet)
                    session.add_all([row, notification_row(telling.opened(standing_of(row)))])
            except IntegrityError:
                kept = session.scalar(select(HandoffRow).where(HandoffRow.key == packet["key"]))
                if kept is None:
                    raise
                return standing_of(kept), False
            return standing_of(row), True

        return await in_transaction(self._engine, "Keeping a handoff", work)

    async def append(self, handoff_id: str, entries: Sequence[Entry]) -> None:
        """Add messages to the transcript, each message id once. Raises UnknownHandoff."""
        ids = {entry["id"] for entry in entries if entry["id"]}
        known_ids = select(EntryRow.message_id).where(
            EntryRow.handoff_id == handoff_id, EntryRow.message_id.in_(ids)
        )

        def work(session: Session) -> None:
            row = _locked(session, handoff_id)
            known = set(session.scalars(known_ids)) if ids else set()
            for entry in entries:
                if entry["id"] in known:
                    continue
                known |= {entry["id"]} - {""}
                row.entries += 1
                told = telling.written(standing_of(row), entry, row.entries, row.created_at)
                if told:
                    session.add(notification_row(told))
                session.add(entry_row_of(handoff_id, row.entries, entry))
                if entry["role"] == "customer" and not row.waiting_since:
                    row.waiting_since = entry["at"]

        await in_transaction(self._engine, "Adding to a handoff's transcript", work)

    async def act(self, handoff_id: str, step: Step) -> Outcome:
        """Carry out a step, or say why not; two at once take turns. Raises UnknownHandoff."""

        def work(session: Session) -> Outcome:
            row = _locked(session, handoff_id)
            done = session.get(StepRow, step.event_id)
            if done is not None:
                return Outcome(
                    standing_of(session.get_one(HandoffRow, done.handoff_id)), repeated=True
                )
            problem = refusal(row.status, row.owner, step.act, step.actor)
            if problem:
                return Outcome(standing_of(row), problem)
            for name, value in changed(standing_of(row), step).items():
                setattr(row, name, value)
            row.reason_names = names_in(row.reasons)
            if step.act == "note":
                session.add(
                    NoteRow(
                        handoff_id=handoff_id, id=step.event_id, by=step.actor,
                        text=storable(step.text or ""), at=step.at,
                    )
                )  # fmt: skip
            session.add(
                StepRow(
                    event_id=step.event_id, handoff_id=handoff_id, act=step.act,
                    actor=step.actor, at=step.at,
                )
            )  # fmt: skip
            told = telling.done(standing_of(row), step)
            if told:
                session.add(notification_row(told))
            return Outcome(standing_of(row))

        return await in_transaction(self._engine, "Changing a handoff", work)

    async def done(self, event_id: str) -> Standing | None:
        """Return how the handoff stands that this event was carried out on; None if it was not."""

        def work(session: Session) -> Standing | None:
            step = session.get(StepRow, event_id)
            return standing_of(session.get_one(HandoffRow, step.handoff_id)) if step else None

        return await in_transaction(self._engine, "Reading a handoff", work)

    async def standing(self, key: str) -> Standing | None:
        """Return how the handoff of "thread:episode" stands, None where there is none."""

        def work(session: Session) -> Standing | None:
            row = session.scalar(KEYED, {"key": key})
            return standing_of(row) if row else None

        return await in_transaction(self._engine, "Reading a handoff", work)

    async def get(self, handoff_id: str, entries: int | None = None) -> HandoffPacket | None:
        """Return a packet with its transcript or the first `entries`, None for no such id."""
        said = select(EntryRow).where(EntryRow.handoff_id == handoff_id)
        said = said.order_by(EntryRow.position).limit(entries)

        def work(session: Session) -> HandoffPacket | None:
            row = session.get(HandoffRow, handoff_id)
            return packet_of(row, session.scalars(said)) if row else None

        return await in_transaction(self._engine, "Reading a handoff", work)

    async def transcript(self, handoff_id: str, after: int = 0, limit: int = 50) -> Sequence[Entry]:
        """Return at most `limit` messages after the first `after`. Raises UnknownHandoff."""
        page = select(EntryRow).where(EntryRow.handoff_id == handoff_id, EntryRow.position > after)
        page = page.order_by(EntryRow.position).limit(limit)
        known = select(HandoffRow.id).where(HandoffRow.id == handoff_id)

        def work(session: Session) -> Sequence[Entry]:
            rows = session.scalars(page).all()
            if not rows and session.scalar(known) is None:
                raise UnknownHandoff(handoff_id)
            return [entry_of(row) for row in rows]

        return await in_transaction(self._engine, "Reading a handoff's transcript", work)

    async def list(self, wanted: Wanted | None = None) -> Sequence[Standing]:
        """Return how the wanted handoffs stand, those due first coming first."""

        def work(session: Session) -> Sequence[Standing]:
            asked = wanted or Wanted()
            last = session.get(HandoffRow, asked.after) if asked.after else None
            return [standing_of(row) for row in session.scalars(_listing(asked, last))]

        return await in_transaction(self._engine, "Listing the handoffs", work)


def _locked(session: Session, handoff_id: str) -> HandoffRow:
    """Return a row that nobody else may change meanwhile.

    A write that changes nothing locks it, on every database, and begins SQLite's transaction as a
    writing one, so that it waits its turn instead of failing.
    """
    lock: Update = update(HandoffRow).where(HandoffRow.id == handoff_id)
    session.execute(lock.values(entries=HandoffRow.entries))
    row = session.get(HandoffRow, handoff_id)
    if row is None:
        raise UnknownHandoff(handoff_id)
    return row


def _listing(wanted: Wanted, last: HandoffRow | None) -> Select[Any]:
    # What came in overnight is all due at once: who came first is first.
    by = HandoffRow.closed_at if wanted.finished else HandoffRow.due_at
    order = (by, HandoffRow.created_at, HandoffRow.id)
    sorted_by = [column.desc() for column in order] if wanted.finished else order
    listing = select(HandoffRow).order_by(*sorted_by).limit(wanted.limit)
    equal: dict[str, Any] = {
        "status": wanted.status, "queue": wanted.queue, "priority": wanted.priority,
        "owner": wanted.owner, "customer_id": wanted.customer,
    }  # fmt: skip
    listing = listing.filter_by(**{name: it for name, it in equal.items() if it is not None})
    if wanted.reason is not None:
        listing = listing.where(
            HandoffRow.reason_names.contains(f",{wanted.reason},", autoescape=True)
        )
    if wanted.unfinished:
        listing = listing.where(HandoffRow.closed_at.is_(None))
    if wanted.finished:
        listing = listing.where(HandoffRow.closed_at.is_not(None))
    if wanted.since is not None:
        listing = listing.where(HandoffRow.created_at >= wanted.since)
    if wanted.overdue_at is not None:
        listing = listing.where(
            HandoffRow.replied_at.is_(None),
            HandoffRow.closed_at.is_(None),
            HandoffRow.due_at < wanted.overdue_at,
        )
    if last is not None:
        reached = last.closed_at if wanted.finished else last.due_at
        mark = tuple_(reached, last.created_at, last.id)
        beyond = tuple_(*order) < mark if wanted.finished else tuple_(*order) > mark
        listing = listing.where(beyond)
    return listing
