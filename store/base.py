"""The root of all tables, and how every SQL adapter runs its work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Delete, Engine, Insert, MetaData, String, Update, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session

from handrail.store.errors import StoreDown

Result = TypeVar("Result")

# Times are ISO 8601 in UTC, always "+00:00": plain JSON, and they sort as text.
Moment = String(40)
# SQLSTATE of PostgreSQL and the names of SQLite for a key that is taken.
TAKEN = ("23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
MEND = "Check that the database is up, and that its file and folder may be written."


class Base(DeclarativeBase):
    """The root of all tables. Constraints have fixed names, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def storable(text: str) -> str:
    """Return a text that every database takes: no NUL and no half of a surrogate pair."""
    return text.replace("\x00", "\u2400").encode("utf-8", "replace").decode("utf-8")


async def in_transaction(engine: Engine, doing: str, work: Callable[[Session], Result]) -> Result:
    """Run `work` in one transaction, in a thread. Raises StoreDown; then nothing was kept."""
    return await asyncio.to_thread(transact, engine, doing, work)


def transact(engine: Engine, doing: str, work: Callable[[Session], Result]) -> Result:
    """Run `work` in one transaction; blocking. Raises StoreDown; then nothing was kept."""
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            return work(session)
    except (DBAPIError, PoolTimeout) as problem:
        raise down(doing, problem) from problem


async def inserted(
    engine: Engine, doing: str, statement: Insert, values: Mapping[str, Any]
) -> bool:
    """Insert one row in a transaction, in a thread; False where it is there. Raises StoreDown.

    Without an ORM session, which costs more than the row.
    """

    def work() -> bool:
        try:
            with engine.begin() as connection:
                connection.execute(statement, values)
        except (DBAPIError, PoolTimeout) as problem:
            if isinstance(problem, IntegrityError) and _is_there(problem):
                return False
            raise down(doing, problem) from problem
        return True

    return await asyncio.to_thread(work)


def _is_there(problem: IntegrityError) -> bool:
    """Tell whether a key is taken; else a row was refused for what it holds, and is not kept."""
    code = getattr(problem.orig, "sqlstate", None) or getattr(problem.orig, "sqlite_errorname", "")
    return code in TAKEN


def down(doing: str, problem: DBAPIError | PoolTimeout) -> StoreDown:
    """Return the StoreDown for a database error, without the statement and its values."""
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    return StoreDown(f"{doing} failed: {type(cause).__name__}: {cause}", MEND)


def changed(session: Session, change: Update | Delete) -> int:
    """Carry out a change or a deletion, and return how many rows it was."""
    result = session.execute(change, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount


def added(session: Session, row: Base) -> bool:
    """Add a row, once for each primary key; False where there is one with its key already."""
    key = inspect(type(row)).primary_key_from_instance(row)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        if session.get(type(row), tuple(key)) is None:
            raise
        return False
    return True
