"""Work off the deliveries of a conversation: one worker at a time, in order, each once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import SystemRandom
from traceback import extract_tb
from typing import Any

import structlog

from handrail.app.channels.outbox import outgoing
from handrail.app.channels.people import reader
from handrail.app.channels.running import run
from handrail.app.channels.runs import Runs
from handrail.app.channels.sending import Sender
from handrail.app.desk.protocol import DeskDown
from handrail.app.notify.delivery import MOST_ATTEMPTS, backoff
from handrail.app.notify.protocol import NotSent
from handrail.graph.clock import now
from handrail.graph.services import LazyServices
from handrail.graph.turns import Turns
from handrail.models.redaction import redact
from handrail.store.channels.protocol import Channels, Lease, Parcel, Place
from handrail.store.errors import StoreDown

log = structlog.get_logger("handrail")

LEASE = timedelta(seconds=30)  # so long a conversation waits whose worker has died
HEARTBEAT_SECONDS = 8.0
STEP_SECONDS = 240
CHANGES = frozenset({"handoff", "hand_back", "close"})
RANDOM = SystemRandom()


class LeaseLost(Exception):
    """Somebody else works on the conversation by now."""


@dataclass
class Worker:
    """Carry out what came in, and send what goes out."""

    services: LazyServices
    runs: Runs
    sender: Sender
    clock: Callable[[], datetime] = now
    draw: Callable[[], float] = RANDOM.random
    _turns: Turns = field(default_factory=Turns)

    async def work(self, thread_id: str, *, look: bool = False) -> None:
        """Work off what is due. With `look`, first see what the desk did meanwhile.

        Raises StoreDown; what was not recorded as done is worked on again.
        """
        async with self._turns.turn_of(thread_id):
            channels = (await self.services.get()).channels
            async with _leased(channels, thread_id, self.clock) as lease:
                place = await channels.place(thread_id) if lease else None
                if lease is None or place is None:
                    return
                if look and not await self._tried(self._leave(channels, place)):
                    return
                try:
                    await self._in(channels, lease)  # first: a person may have come in
                    await self._out(channels, lease, place)
                except LeaseLost:
                    log.warning("channel_lease_lost", thread=thread_id)

    async def _in(self, channels: Channels, lease: Lease) -> None:
        """Run what came in, the first one first; one that fails holds up those after it."""
        while parcel := await channels.next(lease.thread_id, "in"):
            wait = (datetime.fromisoformat(parcel.due_at) - self.clock()).total_seconds()
            if wait > 0 and parcel.attempts:
                return
            if wait > 0:  # it settles: an earlier one may still come
                await asyncio.sleep(wait)
                continue
            await self._renewed(channels, lease)
            place = await channels.place(lease.thread_id)
            if place is None:
                return
            outcome: list[str] = []
            problem = await self._problem(self._carry_out(channels, place, parcel, outcome))
            if problem is not None:
                if await self._failed(channels, parcel, problem):
                    continue
                return
            await channels.done(parcel, outcome[0], self._now())
            await self._out(channels, lease, place)

    async def _carry_out(
        self, channels: Channels, place: Place, parcel: Parcel, outcome: list[str]
    ) -> None:
        """Run one delivery, and leave what it made the graph say."""
        typing = partial(self.sender.typing, place)
        outcome.append(await run(self.runs, channels, place, parcel, typing))
        await self._leave(channels, place)

    async def _leave(self, channels: Channels, place: Place) -> None:
        """Leave for the product what of the conversation it has not had."""
        standing = await self.runs.standing(place.thread_id, reader(place))
        known = await channels.keys(place.thread_id, "out")
        for parcel in outgoing(standing, place.thread_id, known, self._now()):
            await channels.keep(place, parcel)

    async def _out(self, channels: Channels, lease: Lease, place: Place) -> None:
        """Send what goes out, the first one first, until one has to wait."""
        while parcel := await channels.next(lease.thread_id, "out"):
            if parcel.due_at > self._now():
                return
            await self._renewed(channels, lease)
            outcome: list[str] = []
            problem = await self._problem(self._send(place, parcel, outcome))
            if problem is None:
                if parcel.kind in CHANGES:  # the product will tell us of it, as news
                    await channels.changed(place.thread_id, self._now())
                await channels.done(parcel, outcome[0], self._now())
            elif not await self._failed(channels, parcel, problem):
                return

    async def _send(self, place: Place, parcel: Parcel, outcome: list[str]) -> None:
        """Send one parcel, unless it is the bot's word and a person has come in between."""
        if parcel.kind == "text" and parcel.body["by"] == "ai":
            standing = await self.runs.standing(place.thread_id, reader(place))
            if standing.claimed_by:
                outcome.append("a person has it")
                return
        await self.sender.send(await self.services.latest(), place, parcel)
        outcome.append("sent")

    async def _failed(self, channels: Channels, parcel: Parcel, problem: NotSent) -> bool:
        """Record a failed attempt; True if it is given up, so that the next one may go."""
        attempts = parcel.attempts + 1
        given_up = problem.for_good or attempts >= MOST_ATTEMPTS
        wait = max(backoff(attempts, self.draw()), problem.wait)
        due_at = None if given_up else _text(self.clock() + timedelta(seconds=wait))
        await channels.failed(parcel, problem.what, due_at)
        tell = log.error if given_up else log.warning
        tell(
            "delivery_given_up" if given_up else "delivery_failed", direction=parcel.direction,
            kind=parcel.kind, thread=parcel.thread_id, attempts=attempts,
            problem=redact(problem.what), due_at=due_at,
        )  # fmt: skip
        return given_up

    async def _tried(self, doing: Awaitable[None]) -> bool:
        problem = await self._problem(doing)
        if problem is not None:
            log.warning("channel_look_failed", problem=redact(problem.what))
        return problem is None

    async def _problem(self, doing: Awaitable[None]) -> NotSent | None:
        """Do it, and return what went wrong: a fault of ours, too, is an attempt that failed.

        Raises StoreDown.
        """
        (problem,) = await asyncio.gather(_in_time(doing), return_exceptions=True)
        match problem:
            case None | NotSent():
                return problem
            case StoreDown():
                raise problem
            case DeskDown() | TimeoutError():
                return NotSent(f"{type(problem).__name__}: {problem}", for_good=False)
            case Exception() | asyncio.CancelledError():
                at = [str(frame) for frame in extract_tb(problem.__traceback__)[-1:]]
                log.error("channel_broke", problem=redact(repr(problem)), at=at)
                return NotSent(f"It broke: {type(problem).__name__}", for_good=False)
            case _:
                raise problem

    async def _renewed(self, channels: Channels, lease: Lease) -> None:
        if not await channels.renew(lease, _text(self.clock() + LEASE)):
            raise LeaseLost(lease.thread_id)

    def _now(self) -> str:
        return _text(self.clock())


@asynccontextmanager
async def _leased(
    channels: Channels, thread_id: str, clock: Callable[[], datetime]
) -> AsyncIterator[Lease | None]:
    at = clock()
    lease = await channels.lease(thread_id, _text(at), _text(at + LEASE))
    if lease is None:
        yield None
        return
    keeping = asyncio.create_task(_keep(channels, lease, clock))
    try:
        yield lease
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await channels.release(lease)


async def _keep(channels: Channels, lease: Lease, clock: Callable[[], datetime]) -> None:
    """Renew a lease while its holder lives: a run may take longer than one lasts."""
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        try:
            if not await channels.renew(lease, _text(clock() + LEASE)):
                return  # lost; whoever works under it sees so before the next step
        except StoreDown as problem:
            log.warning("channel_lease_not_renewed", problem=redact(str(problem)))


async def _in_time(doing: Awaitable[Any]) -> None:
    async with asyncio.timeout(STEP_SECONDS):
        await doing


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
