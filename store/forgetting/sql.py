"""Forget somebody in the SQL database, in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from uuid import uuid4

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from handrail.store.audit.sql import AuditRow
from handrail.store.base import in_transaction
from handrail.store.channels.tables import PlaceRow
from handrail.store.codes.sql import CodeRow
from handrail.store.forgetting.actions import forget_audit
from handrail.store.forgetting.conversations import (
    FORGOTTEN,
    episodes_held,
    forget_packets,
    forget_ratings,
    forget_reviews,
)  # fmt: skip
from handrail.store.forgetting.fates import FATES, Line
from handrail.store.forgetting.people import count_the_shops, forget_access
from handrail.store.forgetting.wish import Wish
from handrail.store.handoffs.tables import HandoffRow
from handrail.store.reviews.tables import ConversationRow

Pseudonym = Callable[[str], str]


class SqlForgetting:
    """Find and forget. `pseudonym` gives the name that a conversation has afterwards."""

    def __init__(self, engine: Engine, pseudonym: Pseudonym) -> None:
        self._engine = engine
        self._pseudonym = pseudonym

    async def threads_of(self, customer: str) -> set[str]:
        """Return the conversations that are known to be a customer's. Raises StoreDown."""

        def work(session: Session) -> set[str]:
            found: set[str] = set()
            for row in (HandoffRow, ConversationRow, CodeRow, PlaceRow):
                found |= set(
                    session.scalars(select(row.thread_id).where(row.customer_id == customer))
                )
            return found

        return await in_transaction(self._engine, "Looking for conversations", work)

    async def held(self, threads: Collection[str]) -> set[str]:
        """Return those with a handoff that has the reason legal. Raises StoreDown."""

        def work(session: Session) -> set[str]:
            return {thread for thread, _ in episodes_held(session, threads)}

        return await in_transaction(self._engine, "Looking for legal handoffs", work)

    async def idle_since(self, moment: str) -> set[str]:
        """Return conversations in which nothing was done since, and that wait for nobody."""
        last = select(AuditRow.thread_id).group_by(AuditRow.thread_id)
        last = last.having(func.max(AuditRow.at) < moment)
        waiting = select(HandoffRow.thread_id).where(HandoffRow.closed_at.is_(None))

        def work(session: Session) -> set[str]:
            found = set(session.scalars(last)) - set(session.scalars(waiting))
            return {thread for thread in found if not thread.startswith(FORGOTTEN)}

        return await in_transaction(self._engine, "Looking for old conversations", work)

    async def quiet(self, threads: Collection[str], moment: str) -> set[str]:
        """Return those in which nothing was done since, and that wait for nobody."""
        active = select(AuditRow.thread_id).where(
            AuditRow.thread_id.in_(threads), AuditRow.at >= moment
        )
        waiting = select(HandoffRow.thread_id).where(
            HandoffRow.thread_id.in_(threads), HandoffRow.closed_at.is_(None)
        )

        def work(session: Session) -> set[str]:
            return set(threads) - set(session.scalars(active)) - set(session.scalars(waiting))

        return await in_transaction(self._engine, "Looking at old conversations", work)

    async def forget(self, wish: Wish, *, really: bool) -> list[Line]:
        """Return what became of each table; without `really` it is undone. Raises StoreDown.

        A second time finds nothing. Where rows were forgotten, an audit row says so.
        """

        def work(session: Session) -> list[Line]:
            if session.get_bind().dialect.name == "sqlite":
                session.execute(text("PRAGMA secure_delete = ON"))
            lines = self._forget(session, wish)
            if not really:
                session.rollback()
            elif any(line.fate != "kept" for line in lines):
                session.add(self._said(wish, lines))
            return lines

        lines = await in_transaction(self._engine, "Forgetting", work)
        if really and self._engine.dialect.name == "sqlite":
            await asyncio.to_thread(empty_log, self._engine)
        return lines

    def _forget(self, session: Session, wish: Wish) -> list[Line]:
        held = episodes_held(session, wish.threads) if wish.hold_legal else set()
        names = {thread: f"{FORGOTTEN}{self._pseudonym(thread)}" for thread in wish.threads}
        counts = {
            **forget_packets(session, names, held, wish.now),
            **forget_ratings(session, names, held),
            **forget_reviews(session, names, held),
            **forget_audit(session, names, held, wish.keep_from),
            **forget_access(session, wish.customer, wish.threads),
        }
        lines = [
            Line(what, FATES[what].fate, count, FATES[what].why,
                 wish.until if what == "audit" else None)
            for what, count in sorted(counts.items())
            if count
        ]  # fmt: skip
        if held:
            lines.append(Line("handoffs", "kept", len(held), "legal: on hold, with their words"))
        return lines + count_the_shops(session, wish.customer)

    def _said(self, wish: Wish, lines: Sequence[Line]) -> AuditRow:
        who = self._pseudonym(wish.customer) if wish.customer else None
        counts = {f"{line.fate}: {line.what}": line.count for line in lines}
        return AuditRow(
            event_id=str(uuid4()), at=wish.now,
            thread_id=FORGOTTEN + "-", episode=0, actor="operator", action="forget",
            policy_version="", payload={"who": who, "counts": counts},
        )  # fmt: skip


def empty_log(engine: Engine) -> None:
    """Have SQLite write its log into the file: what was overwritten there still stands in it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
