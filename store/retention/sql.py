"""Take away what is due in the SQL database, a batch for each transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine, Select, delete, func, inspect, select, text, tuple_, update
from sqlalchemy.orm import Session

from handrail.store.base import changed, in_transaction
from handrail.store.forgetting.fates import Line
from handrail.store.forgetting.sql import empty_log
from handrail.store.retention.kinds import KINDS, Kind
from handrail.store.retention.transcripts import closed_with_words, take_words

BATCH = 500
WORDS = "a person's case that is closed; what the figures need stays"


class SqlRetention:
    """Count and take away. Workers may go on: rows that one of them holds are left for later."""

    def __init__(self, engine: Engine, batch: int = BATCH) -> None:
        self._engine = engine
        self._batch = batch

    async def sweep(
        self, lines: Mapping[str, str], *, hold_legal: bool, really: bool
    ) -> list[Line]:
        """Return what goes of each table, by the moments in `lines`; a kind without one stays.

        Without `really` it only counts. A second time finds nothing. Raises StoreDown.
        """
        found: list[Line] = []
        if "transcripts" in lines:
            due = closed_with_words(lines["transcripts"], hold_legal=hold_legal)
            count = await (self._take_words(due) if really else self._count(due))
            found.append(Line("transcript", "erased", count, WORDS))
        for kind in KINDS:
            if kind.line in lines:
                keys = _keys(kind, lines[kind.line], hold_legal=hold_legal)
                count = await (self._take(kind, keys) if really else self._count(keys))
                found.append(Line(kind.what, kind.fate, count, kind.why))
        if really and self._engine.dialect.name == "sqlite":
            await asyncio.to_thread(empty_log, self._engine)
        return [line for line in found if line.count]

    async def _count(self, due: Select[Any]) -> int:
        count = select(func.count()).select_from(due.subquery())
        return await in_transaction(
            self._engine, "Counting what is old", lambda session: session.scalar(count) or 0
        )

    async def _take(self, kind: Kind, due: Select[Any]) -> int:
        columns = tuple_(*inspect(kind.row).primary_key)

        def work(session: Session) -> int:
            _overwrite(session)
            chosen = due.limit(self._batch).with_for_update(skip_locked=True, of=kind.row)
            keys = [tuple(row) for row in session.execute(chosen)]
            if not keys:
                return 0
            if kind.part is not None:
                changed(session, delete(kind.part.class_).where(kind.part.in_(k for (k,) in keys)))
            these = columns.in_(keys)
            if kind.becomes is None:
                return changed(session, delete(kind.row).where(these))
            return changed(session, update(kind.row).where(these).values(kind.becomes))

        return await self._till_none_is_left(work)

    async def _take_words(self, due: Select[Any]) -> int:
        def work(session: Session) -> int:
            _overwrite(session)
            ids = list(session.scalars(due.limit(self._batch).with_for_update(skip_locked=True)))
            take_words(session, ids)
            return len(ids)

        return await self._till_none_is_left(work)

    async def _till_none_is_left(self, work: Callable[[Session], int]) -> int:
        count = 0
        while done := await in_transaction(self._engine, "Taking away what is old", work):
            count += done
        return count


def _keys(kind: Kind, before: str, *, hold_legal: bool) -> Select[Any]:
    due = select(*inspect(kind.row).primary_key).where(kind.due(before))
    return due.where(~kind.legal) if hold_legal and kind.legal is not None else due


def _overwrite(session: Session) -> None:
    """Have SQLite overwrite what it deletes."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))
