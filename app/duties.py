"""What a server does beside answering: notifications, alarms, and mails to accounts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import httpx
import structlog

from handrail.app.errands import run_errands_forever
from handrail.app.notify.delivery import deliver_forever
from handrail.app.notify.opening import open_notifiers
from handrail.app.notify.sweep import sweep_forever
from handrail.app.opening import CANNOT_OPEN
from handrail.app.waiting import tell_forever
from handrail.graph.clock import now
from handrail.graph.services import LazyServices, Services
from handrail.graph.settings import Settings
from handrail.models.redaction import redact

log = structlog.get_logger("handrail")

PAUSE_SECONDS = 10
Duty = Callable[[], Awaitable[None]]


@asynccontextmanager
async def on_duty(
    services: LazyServices, settings: Settings, more: Mapping[str, Duty] | None = None
) -> AsyncIterator[None]:
    """Do the duties while the server runs; several workers may, each thing is done once.

    `more` are duties of other parts, which wait for the services too.

    Raises BadAddress where a notifier cannot be set up: a server that would tell nobody does not
    start.
    """
    async with httpx.AsyncClient() as client:

        def emails_of(queue: str) -> list[str]:
            return services.open().policy.emails_of(queue)  # by the policy of that moment

        notifiers = open_notifiers(settings, client, emails_of)

        async def delivering() -> None:
            house = await _opened(services)
            await deliver_forever(house.notifications, notifiers, now)

        async def on_errands() -> None:
            await _opened(services)
            await run_errands_forever(services)

        async def on_figures() -> None:
            await _opened(services)
            await tell_forever(services, now)

        async def once_open(duty: Duty) -> None:
            await _opened(services)
            await duty()

        duties = {
            "alarms": sweep_forever(services, now),
            "errands": on_errands(),
            "figures": on_figures(),
        }
        if notifiers:
            duties["notifications"] = delivering()
        duties |= {name: once_open(duty) for name, duty in (more or {}).items()}
        tasks = [asyncio.create_task(duty, name=name) for name, duty in duties.items()]
        for task in tasks:
            task.add_done_callback(_said_if_ended)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _opened(services: LazyServices) -> Services:
    while True:
        try:
            return await services.get()
        except CANNOT_OPEN as problem:
            log.error("duties_wait", problem=redact(str(problem)))  # noqa: TRY400 - no trace needed
            await asyncio.sleep(PAUSE_SECONDS)


def _said_if_ended(task: asyncio.Task[None]) -> None:
    """Say so where a duty has ended by a fault of ours: nobody does it any more."""
    if not task.cancelled() and (problem := task.exception()):
        log.critical("duty_ended", duty=task.get_name(), problem=repr(problem))
