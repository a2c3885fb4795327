"""One run at a time on each conversation, for hosts that have no server to see to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """Let each run on a thread wait for the one before it; runs on other threads go on.

    It holds within one process. Several processes on the same threads need a server's queue.
    """

    def __init__(self) -> None:
        self._locks = WeakValueDictionary[str, asyncio.Lock]()

    @asynccontextmanager
    async def turn_of(self, thread: str) -> AsyncIterator[None]:
        """Wait for the turn of this run, and keep it until the block ends; first come, first."""
        lock = self._locks.setdefault(thread, asyncio.Lock())
        async with lock:
            yield
