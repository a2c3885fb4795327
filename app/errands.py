"""Run errands while a server runs: links and codes go out within a second or two."""

from __future__ import annotations

import asyncio

import structlog

from handrail.graph.services import LazyServices
from handrail.store.errors import StoreDown

log = structlog.get_logger("handrail")

PAUSE_SECONDS = 1.0
DOWN_SECONDS = 10.0


async def run_errands_forever(services: LazyServices) -> None:
    """Run what is due, until cancelled; several workers may, each errand is leased by one."""
    while True:
        try:
            house = await services.latest()
            done = await house.run_errands()
        except StoreDown as problem:
            log.error("errands_down", problem=str(problem))  # noqa: TRY400 - no trace needed
            await asyncio.sleep(DOWN_SECONDS)
        else:
            await asyncio.sleep(0 if done else PAUSE_SECONDS)
