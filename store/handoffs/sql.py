"""Handoffs in an SQL database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handrail.store.base import in_transaction
from handrail.store.handoffs.protocol import Entry, HandoffPacket, Status, UnknownHandoff
from handrail.store.handoffs.tables import (
    EntryRow,
    HandoffRow,
    entry_of,
    entry_row_of,
    packet_of,
    row_of,
)


class SqlHandoffs:
    """Keep handoffs in the `handoffs` and `transcript` tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def open(self, packet: HandoffPacket) -> tuple[HandoffPacket, bool]:
        """Keep a packet, once for each key; the unique key decides between calls at once."""

        def work(session: Session) -> tuple[HandoffPacket, bool]:
            try:
                with session.begin_nested():
                    session.add(row_of(packet))
            except IntegrityError:
                kept = session.scalar(select(HandoffRow).where(HandoffRow.key == packet["key"]))
                if kept is None:
                    raise
                return packet_of(kept), False
            return packet, True

        return await in_transaction(self._engine, "Keeping a handoff", work)

    async def append(self, handoff_id: str, entry: Entry) -> None:
        """Add a message to the transcript, once for each message id. Raises UnknownHandoff."""
        packet = update(HandoffRow).where(HandoffRow.id == handoff_id)
        # A write that changes nothing locks the row, on every database: appends take turns.
        lock = packet.values(entries=HandoffRow.entries).returning(HandoffRow.entries)
        known = select(EntryRow.position).where(
            EntryRow.handoff_id == handoff_id, EntryRow.message_id == entry["id"]
        )

        def work(session: Session) -> None:
            entries = session.scalar(lock)
            if entries is None:
                raise UnknownHandoff(handoff_id)
            if session.scalar(known) is None:
                session.add(entry_row_of(handoff_id, entries + 1, entry))
                session.execute(packet.values(entries=entries + 1))

        await in_transaction(self._engine, "Adding to a handoff's transcript", work)

    async def get(self, handoff_id: str) -> HandoffPacket | None:
        """Return a packet with its whole transcript, None where there is no such id."""

        def work(session: Session) -> HandoffPacket | None:
            row = session.get(HandoffRow, handoff_id)
            return packet_of(row) if row else None

        return await in_transaction(self._engine, "Reading a handoff", work)

    async def mark(self, handoff_id: str, status: Status, owner: str | None) -> None:
        """Set who owns a handoff and how far it is. Raises UnknownHandoff."""
        marking = update(HandoffRow).where(HandoffRow.id == handoff_id)
        marking = marking.values(status=status, owner=owner)

        def work(session: Session) -> None:
            if session.scalar(marking.returning(HandoffRow.id)) is None:
                raise UnknownHandoff(handoff_id)

        await in_transaction(self._engine, "Marking a handoff", work)

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

    async def list(
        self, status: Status | None = None, queue: str | None = None
    ) -> Sequence[HandoffPacket]:
        """Return the packets with this status in this queue, those due first coming first."""
        wanted = select(HandoffRow).order_by(HandoffRow.due_at, HandoffRow.id)
        if status is not None:
            wanted = wanted.where(HandoffRow.status == status)
        if queue is not None:
            wanted = wanted.where(HandoffRow.queue == queue)

        def work(session: Session) -> Sequence[HandoffPacket]:
            return [packet_of(row) for row in session.scalars(wanted)]

        return await in_transaction(self._engine, "Listing the handoffs", work)
