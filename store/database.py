"""Open the database that the SQL adapters share."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from handrail.store.accounts import ResetRequestRow
from handrail.store.audit.sql import AuditRow
from handrail.store.base import Base, down
from handrail.store.channels.tables import LinkRow, ParcelRow, PlaceRow
from handrail.store.codes.sql import CodeRow
from handrail.store.csat.sql import CsatRow
from handrail.store.customers.sql import CustomerRow
from handrail.store.errands.sql import ErrandRow
from handrail.store.errors import StoreDown
from handrail.store.handoffs.tables import EntryRow, HandoffRow, NoteRow, StepRow
from handrail.store.notifications.tables import DeliveryRow, NotificationRow
from handrail.store.reviews.tables import ConversationRow, PickRow, VerdictRow
from handrail.store.shop import OrderItemRow, OrderRow

__all__ = ["TABLES", "Base", "open_database"]

# Named here, so that whoever creates or migrates the tables has them all.
TABLES = (
    AuditRow, CodeRow, ConversationRow, CsatRow, CustomerRow, DeliveryRow, EntryRow, ErrandRow,
    HandoffRow, LinkRow, NoteRow, NotificationRow, OrderItemRow, OrderRow, ParcelRow, PickRow,
    PlaceRow, ResetRequestRow, StepRow, VerdictRow,
)  # fmt: skip
BUSY_MS = 10_000
PAUSE_MS = 50


def open_database(url: str) -> Engine:
    """Connect and try a write. Creates the folder of an SQLite file. Raises StoreDown.

    `url` is SQLAlchemy's; postgres:// and postgresql:// mean the driver psycopg.
    """
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return _open_sqlite(address)
        if address.drivername in {"postgres", "postgresql"}:
            address = address.set(drivername="postgresql+psycopg")
        engine = create_engine(address, pool_pre_ping=True, hide_parameters=True)
    except ArgumentError as problem:
        mend = "Write DATABASE_URL like sqlite:///folder/handrail.db"
        raise StoreDown(f"The database URL cannot be used: {problem}", mend) from problem
    except ModuleNotFoundError as problem:
        what = f"The driver for {address.drivername} is missing"
        mend = f"Install the Python package {problem.name}, or handrail[postgres]."
        raise StoreDown(what, mend) from problem
    try:
        engine.connect().close()
    except DBAPIError as problem:
        engine.dispose()
        raise down(f"Opening {address.render_as_string()}", problem) from problem
    return engine


def _open_sqlite(address: URL) -> Engine:
    file = address.database
    if not file or file == ":memory:":
        # One connection that one thread at a time may use: a second would be another database.
        engine = create_engine(
            address, poolclass=QueuePool, pool_size=1, max_overflow=0, hide_parameters=True,
            connect_args={"check_same_thread": False},
        )  # fmt: skip
        event.listen(engine, "connect", _prepare)
        return engine
    _make_folder(Path(file))
    engine = create_engine(address, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    try:
        with engine.connect() as connection:
            _switch_to_wal(connection)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    except DBAPIError as problem:
        engine.dispose()
        raise down(f"Opening {file}", problem) from problem
    return engine


def _switch_to_wal(connection: Connection) -> None:
    """Let readers and a writer work side by side; SQLite does not wait its turn for this one."""
    for left in reversed(range(BUSY_MS // PAUSE_MS)):
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        except OperationalError as problem:
            busy = getattr(problem.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not (busy and left):
                raise
            time.sleep(PAUSE_MS / 1000)
        else:
            return


def _make_folder(file: Path) -> None:
    mend = "Set HANDRAIL_DATA to a folder that may be written, or DATABASE_URL to another database."
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise StoreDown(f"The folder {file.parent} cannot be made: {problem}", mend) from problem
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise StoreDown(f"The folder {file.parent} is read-only", mend)


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
