"""Hold a name so that no other process does: advisory locks of PostgreSQL, which end with us.

One connection holds all the locks of an event loop. It must be one that stays ours: behind a pooler
that lends a connection for one transaction at a time, nothing would be held.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import make_url

from handrail.store.errors import StoreDown

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    Connection = AsyncConnection[Any]

log = structlog.get_logger("handrail")

FIRST_PAUSE = 0.01
LONGEST_PAUSE = 0.25
CONNECT_SECONDS = 5
LONGEST_WAIT = 600.0  # longer than any turn may take


def key_of(name: str) -> int:
    """Return the 64 bits, signed, that stand for a name."""
    digest = hashlib.blake2b(name.encode(), digest_size=8, person=b"handrail").digest()
    return int.from_bytes(digest, "big", signed=True)


class PostgresLocks:
    """Locks of one PostgreSQL database; a process that dies holds none any more.

    A name may be held once in a process: keep those who want the same one apart before they come.
    """

    def __init__(self, url: str) -> None:
        """Take SQLAlchemy's URL of the database; it connects at first use."""
        self._url = make_url(url).set(drivername="postgresql")
        self._sessions = WeakKeyDictionary[asyncio.AbstractEventLoop, _Session]()

    @asynccontextmanager
    async def holding(self, name: str, longest: float = LONGEST_WAIT) -> AsyncIterator[bool]:
        """Wait until nobody else holds the name, and hold it; say whether it is held.

        It is not where the database cannot be reached: whatever was to be done finds that out too.
        Raises StoreDown where somebody else holds it for longer than `longest` seconds.
        """
        session = self._sessions.setdefault(asyncio.get_running_loop(), _Session(self._url))
        key = key_of(name)
        connection = await _until_taken(session, key, longest)
        try:
            yield connection is not None
        finally:
            if connection is not None:
                await asyncio.shield(asyncio.ensure_future(_let_go(connection, key)))

    async def close(self) -> None:
        """Let go of everything that this event loop holds."""
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.close()


class _Session:
    """The connection of one event loop, made anew where it broke."""

    def __init__(self, url: Any) -> None:
        self._url = url.render_as_string(hide_password=False)
        self._connection: Connection | None = None
        self._opening = asyncio.Lock()

    async def connected(self) -> Connection:
        """Return the connection. Raises psycopg's OperationalError."""
        from psycopg import AsyncConnection  # noqa: PLC0415 - only who has PostgreSQL has it

        async with self._opening:
            if self._connection is None or self._connection.closed:
                self._connection = await AsyncConnection.connect(
                    self._url, autocommit=True, connect_timeout=CONNECT_SECONDS
                )
            return self._connection

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()


async def _until_taken(session: _Session, key: int, longest: float) -> Connection | None:
    """Return the connection that holds a key; None where the database cannot be reached."""
    pause, end = FIRST_PAUSE, time.monotonic() + longest
    while time.monotonic() < end:
        # Whoever gives up in the middle must not leave it taken.
        trying = asyncio.ensure_future(_try(session, key))
        try:
            taken, connection = await asyncio.shield(trying)
        except asyncio.CancelledError:
            trying.add_done_callback(lambda done: _give_back(done, key))
            raise
        if taken or connection is None:
            return connection
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    what = "A turn of this conversation has not ended for minutes"
    raise StoreDown(what, "Look for a server that hangs, and end it: what it holds is free then")


async def _try(session: _Session, key: int) -> tuple[bool, Connection | None]:
    from psycopg import OperationalError  # noqa: PLC0415

    try:
        connection = await session.connected()
        found = await connection.execute("SELECT pg_try_advisory_lock(%s)", [key])
        row = await found.fetchone()
    except OperationalError as problem:
        log.warning("turns_not_apart", problem=type(problem).__name__)
        return False, None
    return bool(row and row[0]), connection


async def _let_go(connection: Connection, key: int) -> None:
    from psycopg import Error  # noqa: PLC0415

    try:
        await connection.execute("SELECT pg_advisory_unlock(%s)", [key])
    except Error as problem:  # the connection is gone, and what it held with it
        log.warning("turns_let_go", problem=type(problem).__name__)


def _give_back(done: asyncio.Future[tuple[bool, Connection | None]], key: int) -> None:
    if done.cancelled() or done.exception() is not None:
        return
    taken, connection = done.result()
    if taken and connection is not None:
        giving = asyncio.ensure_future(_let_go(connection, key))
        _GIVING.add(giving)
        giving.add_done_callback(_GIVING.discard)


_GIVING: set[asyncio.Future[None]] = set()  # kept, so that none is collected before it is done
