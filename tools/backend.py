"""Run a tool's SQL: in time, tried again once, and told of in the tools' words when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from handrail.store.base import in_transaction
from handrail.store.errors import StoreDown
from handrail.tools.backends.attempt import tell
from handrail.tools.errors import BackendDown

Result = TypeVar("Result")
PAUSE_SECONDS = 0.1
ATTEMPTS = 2
STATEMENT_MS = 3000
WHERE = "the database"


async def ask_database(engine: Engine, doing: str, work: Callable[[Session], Result]) -> Result:
    """Run `work` in one transaction, in a thread; a second time where the first failed.

    Raises BackendDown, which says what was tried; then nothing was kept.
    """
    reasons: list[str] = []
    while True:
        try:
            return await in_transaction(engine, doing, lambda session: work(_in_time(session)))
        except StoreDown as problem:
            # The name alone: a driver's message may hold values of the statement.
            cause = getattr(problem.__cause__, "orig", None) or problem.__cause__
            reasons.append(f"failed ({type(cause).__name__})")
            if len(reasons) == ATTEMPTS:
                tried = tell(doing, WHERE, reasons)
                raise BackendDown(problem.what, problem.mend, tried) from problem
            await asyncio.sleep(PAUSE_SECONDS)


def _in_time(session: Session) -> Session:
    """Let PostgreSQL give up on a statement that takes too long; SQLite has no such limit."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL statement_timeout = {STATEMENT_MS}"))
    return session
