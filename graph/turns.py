"""One run at a time on each conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakValueDictionary

from handrail.graph.settings import Settings

if TYPE_CHECKING:
    from handrail.store.locks import PostgresLocks


class Turns:
    """Let each run on a thread wait for the one before it; runs on other threads go on.

    It holds within one process; where `locks` opens any, in all processes that share them.
    """

    def __init__(self, locks: Callable[[], PostgresLocks | None] = lambda: None) -> None:
        self._open_locks = locks
        self._opened = False
        self._locks: PostgresLocks | None = None
        self._here = WeakValueDictionary[tuple[int, str], asyncio.Lock]()

    @asynccontextmanager
    async def turn_of(self, thread: str) -> AsyncIterator[None]:
        """Wait for the turn of this run, and keep it until the block ends; first come, first.

        Raises StoreDown where another process does not end its turn for minutes.
        """
        key = (id(asyncio.get_running_loop()), thread)
        async with self._here.setdefault(key, asyncio.Lock()):
            if not self._opened:
                self._locks = await asyncio.to_thread(self._open_locks)
                self._opened = True
            async with self._locks.holding(thread) if self._locks else nullcontext():
                yield

    async def apart(self, steps: AsyncIterator[Any], thread: str) -> AsyncIterator[Any]:
        """Yield what a run streams, once its turn has come."""
        running = cast("AsyncGenerator[Any]", steps)
        async with self.turn_of(thread), aclosing(running):
            async for step in running:
                yield step


@cache
def shared_turns() -> Turns:
    """Return the turns of a server's workers, which share the PostgreSQL database of the stores.

    Without one there is one process, and its server sees to the turns.
    """
    return Turns(_shared_locks)


@cache
def _shared_locks() -> PostgresLocks | None:
    # Here, as the graph is built without a database.
    from sqlalchemy import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    from handrail.store.locks import PostgresLocks  # noqa: PLC0415

    database = Settings().database()
    try:
        is_shared = make_url(database).get_backend_name() in {"postgresql", "postgres"}
    except ArgumentError:
        return None  # opening the stores says what to mend
    return PostgresLocks(database) if is_shared else None
