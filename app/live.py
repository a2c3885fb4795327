"""Tell who listens that something has changed, by the audit trail, which all workers share.

What is told is which conversation, and what kind of act: no words. Whoever hears of it reads the
rest with their own rights.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from handrail.app.problems import Problem
from handrail.store.audit.protocol import Audit, AuditEvent
from handrail.store.errors import StoreDown

if TYPE_CHECKING:
    from collections.abc import Iterator

log = structlog.get_logger("handrail")

POLL_SECONDS = 0.4
PAUSE_SECONDS = 3.0  # while the store is down
OVERLAP_SECONDS = 10.0  # rows are not always seen in the order of their ids
PAGE = 1000
LONGEST_SECONDS = 600.0
WAITING = 500  # changes that a slow listener may be behind


@dataclass(frozen=True)
class Change:
    """One event of the audit trail, without what it says."""

    thread_id: str
    action: str
    actor: str


class Live:
    """Look at the trail while anybody listens, once for all listeners of this process."""

    def __init__(self, audit: Callable[[], Awaitable[Audit]]) -> None:
        self._audit = audit
        self._listeners: dict[asyncio.Queue[Change | None], str | None] = {}
        self._looking: asyncio.Task[None] | None = None

    async def changes(self, thread_id: str | None = None) -> AsyncIterator[Change]:
        """Give changes as they come, of one thread or of all.

        It ends after some minutes, so that who listens shows again that they may, and where they
        are too slow to be told everything: look anew, and listen again.
        """
        ends = time.monotonic() + LONGEST_SECONDS
        with self._listening(thread_id) as heard, suppress(TimeoutError):
            while change := await asyncio.wait_for(heard.get(), ends - time.monotonic()):
                yield change

    @contextmanager
    def _listening(self, thread_id: str | None) -> Iterator[asyncio.Queue[Change | None]]:
        heard: asyncio.Queue[Change | None] = asyncio.Queue(WAITING)
        self._listeners[heard] = thread_id
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="live")
        try:
            yield heard
        finally:
            self._listeners.pop(heard, None)
            if not self._listeners and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look(self) -> None:
        """Read what is new, over and over. A store that is down is waited for."""
        trail = _Trail(self._audit)
        while True:
            try:
                for event in await trail.new():
                    self._tell(Change(event.thread_id, event.action, event.actor))
            except (StoreDown, Problem):
                log.warning("live_waits", exc_info=True)
                await asyncio.sleep(PAUSE_SECONDS)
            await asyncio.sleep(POLL_SECONDS)

    def _tell(self, change: Change) -> None:
        for heard, thread in list(self._listeners.items()):
            if thread not in {None, change.thread_id}:
                continue
            if heard.full():
                del self._listeners[heard]
                heard.get_nowait()
                heard.put_nowait(None)
            else:
                heard.put_nowait(change)


class _Trail:
    """What has come to the audit trail since the last look, each event once."""

    def __init__(self, audit: Callable[[], Awaitable[Audit]]) -> None:
        self._audit = audit
        self._seen: deque[tuple[float, str]] = deque()
        self._known: set[str] = set()
        self._after: str | None = None
        self._begun = False

    async def new(self) -> list[AuditEvent]:
        """Return the new events; at the first look none, whatever there is. Raises StoreDown."""
        audit = await self._audit()
        if not self._begun:
            self._after, self._begun = await audit.newest(), True
            return []
        found: list[AuditEvent] = []
        last = self._after
        while True:
            page = await audit.page(after=last, limit=PAGE)
            found += [event for event in page if event.id not in self._known]
            if len(page) < PAGE:
                break
            last = page[-1].id
        self._remember(found)
        return found

    def _remember(self, found: list[AuditEvent]) -> None:
        now = time.monotonic()
        self._seen.extend((now, event.id) for event in found)
        self._known.update(event.id for event in found)
        while self._seen and now - self._seen[0][0] > OVERLAP_SECONDS:
            _, self._after = self._seen.popleft()
            self._known.discard(self._after)
