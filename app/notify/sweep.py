"""Look for handoffs that nobody has taken or answered, and have people reminded: once each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from handrail.app.unfinished import unfinished
from handrail.graph.clock import iso
from handrail.graph.policy import Policy
from handrail.graph.services import LazyServices
from handrail.models.redaction import redact
from handrail.store.errors import StoreDown
from handrail.store.handoffs.protocol import Handoffs, Standing
from handrail.store.handoffs.telling import told
from handrail.store.notifications.protocol import Notification, Notifications

log = structlog.get_logger("handrail")


async def sweep(
    handoffs: Handoffs, notifications: Notifications, policy: Policy, now: datetime
) -> list[Notification]:
    """Tell of every alarm that is new, and return those. Raises StoreDown.

    May run twice, or in several workers at once: an alarm is known by what it is about.
    """
    new: list[Notification] = []
    async for standing in unfinished(handoffs):
        for alarm in alarms_of(standing, policy, now):
            if await notifications.add(alarm):
                new.append(alarm)
                log.warning("alarm", alarm=alarm.kind, handoff=alarm.handoff_id)
    return new


def alarms_of(standing: Standing, policy: Policy, now: datetime) -> list[Notification]:
    """Return what is wrong with a handoff at an aware moment. Pure.

    Unowned and waiting count working minutes; overdue is what the packet says, by its queue.
    """
    at = iso(now)
    alarms: list[Notification] = []
    unowned, waiting = standing["unowned_since"], standing["waiting_since"]
    if standing["status"] == "open" and unowned:
        if _is_over(unowned, policy.alarms.unowned_minutes, policy, now):
            alarms.append(told("alarm.unowned", standing, at, which=unowned))
    elif waiting and _is_over(waiting, policy.alarms.waiting_minutes, policy, now):
        alarms.append(told("alarm.waiting", standing, at, which=waiting))
    if standing["replied_at"] is None and datetime.fromisoformat(standing["due_at"]) < now:
        alarms.append(told("alarm.overdue", standing, at, which=standing["due_at"]))
    return alarms


async def sweep_forever(
    services: LazyServices, now: Callable[[], datetime], *, every: float = 60.0
) -> None:
    """Sweep each minute, until cancelled; a store that is down is asked again."""
    while True:
        try:
            house = await services.latest()
            await sweep(house.handoffs, house.notifications, house.policy, now())
        except StoreDown as problem:
            log.error("sweep_failed", problem=redact(str(problem)))  # noqa: TRY400 - no trace needed
        await asyncio.sleep(every)


def _is_over(since: str, minutes: float, policy: Policy, now: datetime) -> bool:
    return policy.hours.due_at(datetime.fromisoformat(since), minutes) <= now
