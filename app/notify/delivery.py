"""Deliver notifications: what is due, to every target, until each has it or is given up."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from traceback import extract_tb
from typing import Literal

import structlog

from handrail.app.notify.protocol import Notifier, NotSent
from handrail.graph.clock import iso
from handrail.models.redaction import redact
from handrail.store.errors import StoreDown
from handrail.store.notifications.protocol import Delivery, Notifications

log = structlog.get_logger("handrail")

BASE_SECONDS = 10
CAP_SECONDS = 3600
MOST_ATTEMPTS = 14  # the last one comes two to five hours after the first
SIDE_BY_SIDE = 4
BATCH = SIDE_BY_SIDE  # what a worker that dies has leased waits until the lease ends
SEND_SECONDS = 30
LEASE = timedelta(seconds=2 * SEND_SECONDS)  # longer than any of them can take
RANDOM = SystemRandom()

End = Literal["delivered", "postponed", "dead"]


@dataclass(frozen=True)
class DeliveryReport:
    """How one pass went: how many were delivered, how many wait, how many were given up."""

    delivered: int = 0
    postponed: int = 0
    dead: int = 0

    def __add__(self, other: DeliveryReport) -> DeliveryReport:
        """Return two passes taken together."""
        return DeliveryReport(
            self.delivered + other.delivered,
            self.postponed + other.postponed,
            self.dead + other.dead,
        )


def backoff(attempts: int, draw: float) -> float:
    """Return the seconds to wait after so many attempts: exponential, with full jitter.

    `draw` is from 0 to 1. Source: AWS, "Exponential Backoff And Jitter" (2015).
    """
    return float(min(CAP_SECONDS, BASE_SECONDS * 2 ** (attempts - 1)) * draw)


async def deliver(
    notifications: Notifications,
    notifiers: Sequence[Notifier],
    now: Callable[[], datetime],
    *,
    most_attempts: int = MOST_ATTEMPTS,
    draw: Callable[[], float] = RANDOM.random,
) -> DeliveryReport:
    """Send a batch of what is due, four at a time, and record how each went. Raises StoreDown."""
    by_name = {notifier.name: notifier for notifier in notifiers}
    at = now()
    leased = await notifications.due(list(by_name), iso(at), iso(at + LEASE), BATCH)

    async def send(delivery: Delivery) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await by_name[delivery.target].send(delivery.notification)
        # Nothing may come between the two: who is cancelled there would send it again.
        await notifications.delivered(delivery, iso(now()))

    async def one(delivery: Delivery) -> End:
        problem = await _problem(send(delivery), delivery.target)
        if problem is None:
            return "delivered"
        given_up = problem.for_good or delivery.attempts >= most_attempts
        wait = max(backoff(delivery.attempts, draw()), problem.wait)
        next_at = None if given_up else iso(now() + timedelta(seconds=wait))
        await notifications.failed(delivery, problem.what, next_at)
        tell = log.error if given_up else log.warning
        tell(
            "notification_given_up" if given_up else "notification_not_sent",
            notification=delivery.notification.id, target=delivery.target,
            attempts=delivery.attempts, problem=redact(problem.what), next_at=next_at,
        )  # fmt: skip
        return "dead" if given_up else "postponed"

    # All are waited for before any error is raised, so that what was sent is also recorded.
    ends = await asyncio.gather(*map(one, leased), return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    counted = Counter(str(end) for end in ends)
    return DeliveryReport(counted["delivered"], counted["postponed"], counted["dead"])


async def deliver_forever(
    notifications: Notifications,
    notifiers: Sequence[Notifier],
    now: Callable[[], datetime],
    *,
    every: float = 2.0,
    most_attempts: int = MOST_ATTEMPTS,
) -> None:
    """Deliver whenever something is due, until cancelled; a store that is down is asked again."""
    while True:
        busy = False
        try:
            report = await deliver(notifications, notifiers, now, most_attempts=most_attempts)
            busy = report.delivered + report.postponed + report.dead == BATCH
        except StoreDown as problem:
            log.error("notifications_down", problem=redact(str(problem)))  # noqa: TRY400 - no trace needed
        await asyncio.sleep(0 if busy else every)


async def _problem(sending: Coroutine[None, None, None], target: str) -> NotSent | None:
    """Send, and return what went wrong. Raises StoreDown.

    A fault in a notifier, too, is an attempt that failed: it must not keep the others waiting.
    """
    (problem,) = await asyncio.gather(sending, return_exceptions=True)
    match problem:
        case None | NotSent():
            return problem
        case TimeoutError():
            return NotSent(f"Nothing was heard for {SEND_SECONDS} s", for_good=False)
        case StoreDown():
            raise problem
        # When it is ourselves who are cancelled, gather raises that instead of returning it.
        case Exception() | asyncio.CancelledError():
            # No exc_info: some renderers show local variables, a mail password among them.
            at = [str(frame) for frame in extract_tb(problem.__traceback__)[-1:]]
            log.error("notifier_broke", target=target, problem=redact(repr(problem)), at=at)
            return NotSent(f"The notifier broke: {type(problem).__name__}", for_good=False)
        case _:
            raise problem
