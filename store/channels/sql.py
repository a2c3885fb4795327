"""Deliveries in an SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import Engine, Update, func, select, update
from sqlalchemy.orm import Session

from handrail.store.base import added, changed, in_transaction, storable
from handrail.store.channels.links import SqlLinks
from handrail.store.channels.protocol import Direction, Lease, Parcel, Place
from handrail.store.channels.tables import ParcelRow, PlaceRow

NEVER = ""  # before every moment


class SqlChannels(SqlLinks):
    """Keep deliveries in the tables `channel_places` and `channel_parcels`."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._engine = engine

    async def keep(self, place: Place, parcel: Parcel) -> bool:
        """Keep a delivery, and the conversation where it is new."""

        def work(session: Session) -> bool:
            there = PlaceRow(
                thread_id=place.thread_id, channel=place.channel, conversation=place.conversation,
                customer_id=place.customer_id, opened_at=place.opened_at, last_at=parcel.due_at,
                changed_at=place.changed_at or NEVER, leased_until=NEVER, lease="",
            )  # fmt: skip
            if not added(session, there) and place.customer_id is not None:
                unknown = _place(place.thread_id).where(PlaceRow.customer_id.is_(None))
                changed(session, unknown.values(customer_id=place.customer_id))
            mine = ParcelRow.thread_id == parcel.thread_id
            count = select(func.count()).where(mine, ParcelRow.direction == parcel.direction)
            row = ParcelRow(
                **{**vars(parcel), "body": parcel.body}, number=session.scalar(count) or 0,
                status="waiting", outcome="",
            )  # fmt: skip
            new = added(session, row)
            if new:
                later = _place(place.thread_id).where(PlaceRow.last_at < parcel.due_at)
                changed(session, later.values(last_at=parcel.due_at))
            return new

        return await in_transaction(self._engine, "Keeping a delivery", work)

    async def place(self, thread_id: str) -> Place | None:
        """Return a conversation."""

        def work(session: Session) -> Place | None:
            row = session.get(PlaceRow, thread_id)
            return _read_place(row) if row else None

        return await in_transaction(self._engine, "Reading a conversation", work)

    async def places_of(self, customer_id: str) -> Sequence[Place]:
        """Return a customer's conversations, the newest first."""
        mine = (
            select(PlaceRow)
            .where(PlaceRow.customer_id == customer_id)
            .order_by(PlaceRow.opened_at.desc(), PlaceRow.thread_id.desc())
        )
        return await in_transaction(
            self._engine, "Listing conversations",
            lambda session: [_read_place(row) for row in session.scalars(mine)],
        )  # fmt: skip

    async def places_since(self, moment: str) -> Sequence[Place]:
        """Return the conversations that had a delivery since a moment."""
        late = select(PlaceRow).where(PlaceRow.last_at >= moment).order_by(PlaceRow.thread_id)
        return await in_transaction(
            self._engine, "Listing conversations",
            lambda session: [_read_place(row) for row in session.scalars(late)],
        )  # fmt: skip

    async def changed(self, thread_id: str, moment: str) -> None:
        """Note the moment of a change."""
        later = _place(thread_id).where(PlaceRow.changed_at < moment).values(changed_at=moment)
        await in_transaction(
            self._engine, "Noting a change", lambda session: changed(session, later)
        )

    async def due(self, now: str, limit: int = 20) -> Sequence[str]:
        """Return threads with something due that nobody works on."""
        waiting = (
            select(ParcelRow.thread_id)
            .join(PlaceRow, PlaceRow.thread_id == ParcelRow.thread_id)
            .where(
                ParcelRow.status == "waiting",
                ParcelRow.due_at <= now,
                PlaceRow.leased_until <= now,
            )
            .group_by(ParcelRow.thread_id)
            .order_by(func.min(ParcelRow.due_at), ParcelRow.thread_id)
            .limit(limit)
        )
        return await in_transaction(
            self._engine, "Looking for deliveries", lambda session: session.scalars(waiting).all()
        )

    async def lease(self, thread_id: str, now: str, until: str) -> Lease | None:
        """Take a conversation for oneself: of two at once, one changes the row."""
        lease = Lease(thread_id, uuid4().hex, until)
        free = _place(thread_id).where(PlaceRow.leased_until <= now)
        taken = await in_transaction(
            self._engine, "Leasing a conversation",
            lambda session: changed(session, free.values(leased_until=until, lease=lease.token)),
        )  # fmt: skip
        return lease if taken else None

    async def renew(self, lease: Lease, until: str) -> bool:
        """Keep a conversation longer."""
        mine = _place(lease.thread_id).where(PlaceRow.lease == lease.token)
        return bool(
            await in_transaction(
                self._engine, "Renewing a lease",
                lambda session: changed(session, mine.values(leased_until=until)),
            )
        )  # fmt: skip

    async def release(self, lease: Lease) -> None:
        """Let go of a conversation."""
        mine = _place(lease.thread_id).where(PlaceRow.lease == lease.token)
        await in_transaction(
            self._engine, "Ending a lease",
            lambda session: changed(session, mine.values(leased_until=NEVER, lease="")),
        )  # fmt: skip

    async def next(self, thread_id: str, direction: Direction) -> Parcel | None:
        """Return the first parcel in order that is not done."""
        first = (
            select(ParcelRow)
            .where(
                ParcelRow.thread_id == thread_id,
                ParcelRow.direction == direction,
                ParcelRow.status == "waiting",
            )
            .order_by(ParcelRow.at, ParcelRow.sequence, ParcelRow.number, ParcelRow.key)
            .limit(1)
        )

        def work(session: Session) -> Parcel | None:
            row = session.scalar(first)
            return _read_parcel(row) if row else None

        return await in_transaction(self._engine, "Reading a delivery", work)

    async def keys(self, thread_id: str, direction: Direction) -> set[str]:
        """Return the keys of all parcels of a conversation."""
        known = select(ParcelRow.key).where(
            ParcelRow.thread_id == thread_id, ParcelRow.direction == direction
        )
        return await in_transaction(
            self._engine, "Reading deliveries", lambda session: set(session.scalars(known))
        )

    async def done(self, parcel: Parcel, outcome: str, at: str) -> None:
        """Record what a parcel came to."""
        over = _parcel(parcel).values(status="done", outcome=outcome, due_at=at, body={})
        await in_transaction(
            self._engine, "Recording a delivery", lambda session: changed(session, over)
        )

    async def failed(self, parcel: Parcel, error: str, due_at: str | None) -> None:
        """Record a failed attempt."""
        mine = _parcel(parcel).where(
            ParcelRow.status == "waiting", ParcelRow.attempts == parcel.attempts
        )
        change = mine.values(
            attempts=parcel.attempts + 1,
            outcome=storable(error),
            status="dead" if due_at is None else "waiting",
            due_at=due_at or parcel.due_at,
        )
        await in_transaction(
            self._engine, "Recording a failed delivery", lambda session: changed(session, change)
        )


def _place(thread_id: str) -> Update:
    return update(PlaceRow).where(PlaceRow.thread_id == thread_id)


def _parcel(parcel: Parcel) -> Update:
    return update(ParcelRow).where(
        ParcelRow.thread_id == parcel.thread_id,
        ParcelRow.direction == parcel.direction,
        ParcelRow.key == parcel.key,
    )


def _read_place(row: PlaceRow) -> Place:
    return Place(
        thread_id=row.thread_id, channel=row.channel, conversation=row.conversation,
        customer_id=row.customer_id, opened_at=row.opened_at, changed_at=row.changed_at or None,
    )  # fmt: skip


def _read_parcel(row: ParcelRow) -> Parcel:
    return Parcel(
        thread_id=row.thread_id, direction="in" if row.direction == "in" else "out", key=row.key,
        kind=row.kind, at=row.at, due_at=row.due_at, body=row.body, sequence=row.sequence,
        attempts=row.attempts,
    )  # fmt: skip
