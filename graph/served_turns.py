"""One run at a time on each conversation, on a server that does not see to it by itself.

Aegra takes `multitask_strategy` and does not act on it: of runs that are started together on one
thread each begins from the same state, and the messages of all but the last to end are lost.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

import structlog

from handrail.graph.settings import Settings, plain
from handrail.graph.turns import Turns

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.lock import Lock

log = structlog.get_logger("handrail")
_OPENING = threading.Lock()
LONGEST_SECONDS = 300.0  # a worker that died keeps nobody waiting for longer
CONNECT_SECONDS = 2.0
EVERY_SECONDS = 0.05


class ServedTurns:
    """Let each run on a thread wait for the one before it, here and where a Redis is shared.

    While that is away it holds within each process, and the log says so.
    """

    def __init__(self, url: str | None = None) -> None:
        self._here = Turns()
        self._redis: Redis | None = None
        if url and find_spec("redis"):
            from redis.asyncio import Redis  # noqa: PLC0415 - an extra

            self._redis = Redis.from_url(url, socket_connect_timeout=CONNECT_SECONDS)

    @asynccontextmanager
    async def turn_of(self, thread: str) -> AsyncIterator[None]:
        """Wait for the turn of this run, and keep it until the block ends."""
        async with self._here.turn_of(thread):
            lock = await self._taken(thread)
            try:
                yield
            finally:
                if lock is not None:
                    await _released(lock)

    async def _taken(self, thread: str) -> Lock | None:
        if self._redis is None:
            return None
        from redis.exceptions import RedisError  # noqa: PLC0415 - an extra

        lock = self._redis.lock(
            f"handrail:turn:{thread}", timeout=LONGEST_SECONDS, sleep=EVERY_SECONDS
        )
        try:
            await lock.acquire()
        except RedisError as problem:
            log.warning("turns_ordered_here", problem=type(problem).__name__)
            return None
        return lock


async def _released(lock: Lock) -> None:
    from redis.exceptions import RedisError  # noqa: PLC0415 - an extra

    with suppress(RedisError):  # it ends by itself
        await lock.release()


def shared_turns() -> ServedTurns:
    """Return the turns of this process; blocking the first time."""
    with _OPENING:  # a cache alone lets the first calls make one each
        return _opened()


@cache
def _opened() -> ServedTurns:
    return ServedTurns(plain(Settings().limits_url))


async def in_order(steps: AsyncIterator[Any], thread: str) -> AsyncIterator[Any]:
    """Yield what a run streams, once the runs before it on the thread have ended."""
    turns = await asyncio.to_thread(shared_turns)
    async with turns.turn_of(thread), aclosing(cast("AsyncGenerator[Any]", steps)) as running:
        async for step in running:
            yield step
