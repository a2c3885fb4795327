"""What a server does beside answering: notifications, alarms, and mails to accounts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import structlog

from handrail.app.errands import run_errands_forever
from handrail.app.notify.delivery import deliver_forever
from handrail.app.notify.opening import open_notifiers
from handrail.app.notify.sweep import sweep_forever
from handrail.graph.clock import now
from handrail.graph.services import LazyServices, Services
from handrail.graph.settings import Settings
from handrail.models.redaction import redact
from handrail.store.errors import StoreDown

log = structlog.get_logger("handrail")

PAUSE_SECONDS = 10


@asynccontextmanager
async def on_duty(services: LazyServices, settings: Settings) -> AsyncIterator[None]:
    """Do the duties while the server runs; several workers may, each thing is done once.

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

        tasks = [
            asyncio.create_task(sweep_forever(services, now)),
            asyncio.create_task(on_errands()),
        ]
        if notifiers:
            tasks.append(asyncio.create_task(delivering()))
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
        except StoreDown as problem:
            log.error("notifications_down", problem=redact(str(problem)))  # noqa: TRY400 - no trace needed
            await asyncio.sleep(PAUSE_SECONDS)
