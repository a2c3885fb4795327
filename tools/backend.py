"""Run a tool's SQL, and say in the tools' own words when the database fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from handrail.store.base import in_transaction
from handrail.store.errors import StoreDown
from handrail.tools.errors import BackendDown

Result = TypeVar("Result")


async def ask_database(engine: Engine, doing: str, work: Callable[[Session], Result]) -> Result:
    """Run `work` in one transaction, in a thread. Raises BackendDown; then nothing was kept."""
    try:
        return await in_transaction(engine, doing, work)
    except StoreDown as problem:
        raise BackendDown(problem.what, problem.mend) from problem
