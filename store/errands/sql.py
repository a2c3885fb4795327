"""Errands in an SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Engine, Index, String, Text, Update, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handrail.store.base import Base, Moment, added, changed, in_transaction, storable
from handrail.store.errands.protocol import Errand, ErrandKind, ErrandOutcome, Leased


class ErrandRow(Base):
    """One errand. `identifier` is emptied as soon as it is done or given up."""

    __tablename__ = "errands"
    __table_args__ = (Index(None, "status", "next_at"), Index(None, "kind", "created_at"))

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    identifier: Mapped[str] = mapped_column(String(400))
    is_id: Mapped[bool]
    thread_id: Mapped[str] = mapped_column(String(200), index=True)
    asked_by: Mapped[str | None] = mapped_column(String(128))
    language: Mapped[str] = mapped_column(String(35))
    created_at: Mapped[str] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    next_at: Mapped[str] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(16))
    error: Mapped[str] = mapped_column(Text)


class SqlErrands:
    """Keep errands in the table `errands`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def add(self, errand: Errand) -> bool:
        """Keep an errand, once for each id. True if it is new."""
        row = ErrandRow(
            **{
                **vars(errand),
                "identifier": storable(errand.identifier),
                "status": "waiting",
                "attempts": 0,
                "next_at": errand.created_at,
                "error": "",
            }
        )

        return await in_transaction(
            self._engine, "Keeping an errand", lambda session: added(session, row)
        )

    async def due(self, now: str, lease_until: str, limit: int = 20) -> Sequence[Leased]:
        """Lease at most `limit` errands, the longest due first."""
        waiting = (
            select(ErrandRow)
            .where(ErrandRow.status == "waiting", ErrandRow.next_at <= now)
            .order_by(ErrandRow.next_at, ErrandRow.id)
            .limit(limit)
        )

        def work(session: Session) -> Sequence[Leased]:
            leased = []
            for row in session.scalars(waiting).all():
                mine = _this(row.id, row.attempts).where(ErrandRow.next_at == row.next_at)
                if changed(session, mine.values(next_at=lease_until, attempts=row.attempts + 1)):
                    leased.append(Leased(_errand(row), row.attempts + 1))
            return leased

        return await in_transaction(self._engine, "Leasing errands", work)

    async def done(self, leased: Leased, outcome: ErrandOutcome, at: str) -> None:
        """Record what it came to, and forget whom it was for."""
        change = (
            update(ErrandRow)
            .where(ErrandRow.id == leased.errand.id)
            .values(
                status="done", outcome=outcome, next_at=at, identifier="", asked_by=None, error=""
            )
        )
        await in_transaction(
            self._engine, "Recording an errand", lambda session: changed(session, change)
        )

    async def failed(self, leased: Leased, error: str, next_at: str | None) -> None:
        """Record a failed attempt, to be tried again at `next_at`; None gives it up."""
        change: dict[str, Any] = {"error": storable(error)}
        change |= {"status": "dead", "identifier": ""} if next_at is None else {"next_at": next_at}
        mine = _this(leased.errand.id, leased.attempts).values(change)
        await in_transaction(
            self._engine, "Recording a failed errand", lambda session: changed(session, mine)
        )

    async def stuck(self, kind: ErrandKind, since: str) -> str | None:
        """Return what went wrong with the oldest one of a kind that waits since before `since`."""
        oldest = (
            select(ErrandRow.error)
            .where(
                ErrandRow.kind == kind,
                ErrandRow.status == "waiting",
                ErrandRow.created_at < since,
            )
            .order_by(ErrandRow.created_at)
            .limit(1)
        )
        return await in_transaction(
            self._engine, "Looking for stuck errands", lambda session: session.scalar(oldest)
        )

    async def pending(self) -> int:
        """Count the errands still to be done."""
        count = select(func.count()).where(ErrandRow.status == "waiting")
        return await in_transaction(
            self._engine, "Counting errands", lambda session: session.scalar(count) or 0
        )


def _errand(row: ErrandRow) -> Errand:
    return Errand(
        id=row.id, kind=cast("ErrandKind", row.kind), identifier=row.identifier, is_id=row.is_id,
        thread_id=row.thread_id, asked_by=row.asked_by, language=row.language,
        created_at=row.created_at,
    )  # fmt: skip


def _this(errand_id: str, attempts: int) -> Update:
    return update(ErrandRow).where(
        ErrandRow.id == errand_id, ErrandRow.status == "waiting", ErrandRow.attempts == attempts
    )
