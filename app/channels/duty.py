"""Work that comes to the channels by itself: what waits, and what the desk does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from handrail.app.channels.inbox import Inbox, precise
from handrail.app.live import Live
from handrail.graph.clock import iso
from handrail.graph.services import LazyServices
from handrail.models.redaction import redact
from handrail.store.errors import StoreDown

log = structlog.get_logger("handrail")

PAUSE_SECONDS = 1.0
DOWN_SECONDS = 10.0
SIDE_BY_SIDE = 4
REMEMBERED = timedelta(days=7)


async def work_forever(inbox: Inbox, services: LazyServices, clock: Callable[[], datetime]) -> None:
    """Work off what is due until cancelled: retries, and what a process that ended left."""
    while True:
        try:
            busy = await work_once(inbox, services, clock)
        except StoreDown as problem:
            log.error("channels_down", problem=redact(str(problem)))  # noqa: TRY400 - no trace needed
            await asyncio.sleep(DOWN_SECONDS)
        else:
            await asyncio.sleep(0 if busy else PAUSE_SECONDS)


async def work_once(inbox: Inbox, services: LazyServices, clock: Callable[[], datetime]) -> bool:
    """Work on each conversation that has something due; True if there was any. Raises StoreDown."""
    channels = (await services.get()).channels
    due = await channels.due(precise(clock()))
    turn = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(thread_id: str) -> None:
        async with turn:
            await inbox.worker.work(thread_id)

    ends = await asyncio.gather(*map(one, due), return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    return bool(due)


async def watch_forever(
    inbox: Inbox, services: LazyServices, live: Live, clock: Callable[[], datetime]
) -> None:
    """Tell the products what the desk does, as it does it, until cancelled.

    Once it listens, all conversations of the last days are looked at, for what was missed.
    """
    while True:
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_follow(inbox, services, live))
                both.create_task(_catch_up(inbox, services, clock))
        except* StoreDown as problem:
            log.error("channels_down", problem=redact(str(problem.exceptions[0])))  # noqa: TRY400 - no trace needed
            await asyncio.sleep(DOWN_SECONDS)


async def _follow(inbox: Inbox, services: LazyServices, live: Live) -> None:
    async for change in live.changes():
        channels = (await services.get()).channels
        if change is not None and await channels.place(change.thread_id) is not None:
            await _look(inbox, [change.thread_id])


async def _catch_up(inbox: Inbox, services: LazyServices, clock: Callable[[], datetime]) -> None:
    await asyncio.sleep(PAUSE_SECONDS)  # by then the other one listens
    channels = (await services.get()).channels
    missed = await channels.places_since(iso(clock() - REMEMBERED))
    await _look(inbox, [place.thread_id for place in missed])


async def _look(inbox: Inbox, threads: list[str]) -> None:
    for thread_id in threads:
        await inbox.worker.work(thread_id, look=True)
