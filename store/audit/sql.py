"""The audit trail in an SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import JSON, Engine, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from handrail.store.audit.protocol import AuditEvent
from handrail.store.base import Base, Moment, in_transaction


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


class SqlAudit:
    """Append events to the `audit` table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def record(self, event: AuditEvent) -> None:
        """Append one event, once for each id. Raises StoreDown."""
        facts = asdict(event)
        event_id = facts.pop("id")

        def work(session: Session) -> None:
            try:
                with session.begin_nested():
                    session.add(AuditRow(event_id=event_id, **facts))
            except IntegrityError:
                return

        await in_transaction(self._engine, "Recording an audit event", work)

    async def list(self, thread_id: str) -> Sequence[AuditEvent]:
        """Return the events of a conversation, oldest first. Raises StoreDown."""
        of_thread = select(AuditRow).where(AuditRow.thread_id == thread_id).order_by(AuditRow.id)

        def work(session: Session) -> Sequence[AuditEvent]:
            return [_event(row) for row in session.scalars(of_thread)]

        return await in_transaction(self._engine, "Reading the audit trail", work)


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
