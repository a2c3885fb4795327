"""The audit trail in an SQL database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import JSON, Engine, String, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handrail.store.audit.protocol import ASKED_BY, Asker, AuditEvent, Decided, Turns
from handrail.store.base import Base, Moment, in_transaction, inserted


class AuditRow(Base):
    """One event. `id` grows with every row, so it is the order of what happened."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    at: Mapped[str] = mapped_column(Moment)
    thread_id: Mapped[str] = mapped_column(String(200), index=True)
    episode: Mapped[int]
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(100))
    policy_version: Mapped[str] = mapped_column(String(100))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


APPEND = insert(AuditRow)
KEPT = tuple(column.name for column in fields(AuditEvent) if column.name != "id")


class SqlAudit:
    """Append events to the `audit` table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def record(self, event: AuditEvent) -> None:
        """Append one event, once for each id. Raises StoreDown."""
        facts = {"event_id": event.id} | {name: getattr(event, name) for name in KEPT}
        await inserted(self._engine, "Recording an audit event", APPEND, facts)

    async def list(
        self,
        thread_id: str,
        *,
        episode: int | None = None,
        actions: Collection[str] | None = None,
    ) -> Sequence[AuditEvent]:
        """Return the events of a conversation, oldest first; only of an episode, or such ones."""
        wanted = select(AuditRow).where(AuditRow.thread_id == thread_id).order_by(AuditRow.id)
        if episode is not None:
            wanted = wanted.where(AuditRow.episode == episode)
        if actions is not None:
            wanted = wanted.where(AuditRow.action.in_(actions))

        def work(session: Session) -> Sequence[AuditEvent]:
            return [_event(row) for row in session.scalars(wanted)]

        return await in_transaction(self._engine, "Reading the audit trail", work)

    async def asker(self, thread_id: str) -> Asker | None:
        """Return who asks in a conversation, None where it has no event."""
        of_thread = AuditRow.thread_id == thread_id
        login = AuditRow.payload[ASKED_BY].as_string()
        last = select(login).where(of_thread, login.is_not(None))
        last = last.order_by(AuditRow.id.desc()).limit(1)
        latest = select(func.max(AuditRow.episode), last.scalar_subquery()).where(of_thread)

        def work(session: Session) -> Asker | None:
            episode, who = session.execute(latest).one()
            return None if episode is None else Asker(episode, who)

        return await in_transaction(self._engine, "Reading the audit trail", work)

    async def newest(self) -> str | None:
        """Return the id of the event that came last, None where there is none. Raises StoreDown."""
        last = select(AuditRow).order_by(AuditRow.id.desc()).limit(1)

        def work(session: Session) -> str | None:
            row = session.scalar(last)
            return _event(row).id if row else None

        return await in_transaction(self._engine, "Reading the audit trail", work)

    async def turns(self, actions: Collection[str], actor: str) -> Sequence[Turns]:
        """Return what the events of these actions by this actor were about, by episode."""
        # Grouped in a second step: PostgreSQL does not see that two paths with parameters agree.
        turn = select(
            AuditRow.thread_id,
            AuditRow.episode,
            AuditRow.payload["topic"].as_string().label("topic"),
            AuditRow.payload["channel"].as_string().label("channel"),
            AuditRow.at,
        )
        turn = turn.where(AuditRow.actor == actor, AuditRow.action.in_(actions))
        one = turn.subquery().c
        about = one.thread_id, one.episode, one.topic, one.channel
        wanted = select(*about, func.min(one.at), func.max(one.at)).group_by(*about)

        def work(session: Session) -> Sequence[Turns]:
            return [Turns(*row) for row in session.execute(wanted)]

        return await in_transaction(self._engine, "Reading the audit trail", work)

    async def decided(self, actions: Collection[str], actor: str) -> Sequence[Decided]:
        """Return how certain each event of these actions by this actor was, in their order."""
        wanted = select(
            AuditRow.thread_id,
            AuditRow.episode,
            AuditRow.action,
            AuditRow.payload["confidence"].as_float(),
        )
        wanted = wanted.where(AuditRow.actor == actor, AuditRow.action.in_(actions))

        def work(session: Session) -> Sequence[Decided]:
            return [Decided(*row) for row in session.execute(wanted.order_by(AuditRow.id))]

        return await in_transaction(self._engine, "Reading the audit trail", work)

    async def page(
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        after: str | None = None,
        limit: int = 1000,
    ) -> Sequence[AuditEvent]:
        """Return at most `limit` events with an `at` in [since, until), in the order they came."""
        wanted = select(AuditRow).order_by(AuditRow.id).limit(limit)
        if since is not None:
            wanted = wanted.where(AuditRow.at >= since)
        if until is not None:
            wanted = wanted.where(AuditRow.at < until)

        def work(session: Session) -> Sequence[AuditEvent]:
            last = _place(session, after) if after is not None else 0
            return [_event(row) for row in session.scalars(wanted.where(AuditRow.id > last))]

        return await in_transaction(self._engine, "Reading the audit trail", work)


def _place(session: Session, event_id: str) -> int:
    """Return the place of an event in the order of all, 0 where there is no such event."""
    place = session.scalar(select(AuditRow.id).where(AuditRow.event_id == event_id))
    if place is None and event_id.isdecimal():
        # A row older than event ids goes by its place.
        nameless = select(AuditRow.id).where(AuditRow.event_id.is_(None))
        place = session.scalar(nameless.where(AuditRow.id == int(event_id)))
    return place or 0


def _event(row: AuditRow) -> AuditEvent:
    return AuditEvent(
        id=row.event_id or str(row.id),
        at=row.at,
        thread_id=row.thread_id,
        episode=row.episode,
        actor=row.actor,
        action=row.action,
        policy_version=row.policy_version,
        payload=row.payload,
    )
