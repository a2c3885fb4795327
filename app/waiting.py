"""What waits for somebody, as gauges: handoffs, notifications, errands, what chat products sent.

A duty reads the stores every few seconds and the gauges show what it read last, so that whoever
collects them waits for no database and blocks no event loop. Every worker reads the same stores and
reports the same figures.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from opentelemetry.metrics import CallbackOptions, Meter, Observation, get_meter, get_meter_provider

from handrail.app.telemetry import is_unset
from handrail.app.unfinished import unfinished
from handrail.graph.clock import iso
from handrail.graph.services import LazyServices, Services
from handrail.models import telemetry_names as names
from handrail.models.redaction import redact
from handrail.store.errors import StoreDown
from handrail.store.handoffs.protocol import Standing

log = structlog.get_logger("handrail")
MOST = 1000  # more is shown as this many
EVERY_SECONDS = 15.0
Labels = tuple[tuple[str, str], ...]
Figures = Mapping[str, Mapping[Labels, float]]
GAUGES = {
    names.OPEN: ("{handoff}", "Handoffs that are not finished"),
    names.UNOWNED: ("{handoff}", "Handoffs that nobody has taken"),
    names.UNOWNED_AGE: ("s", "How long the oldest handoff has had nobody"),
    names.OVERDUE: ("{handoff}", "Handoffs past their time without a reply"),
    names.NOTIFICATIONS: ("{notification}", "Deliveries that wait"),
    names.DEAD: ("{notification}", "Deliveries that were given up"),
    names.ERRANDS: ("{errand}", "Links and codes that wait to be sent"),
    names.INBOX: ("{conversation}", "Conversations in chat products with something to do"),
    names.STORES: ("1", "1 where the stores answer, else 0"),
}


@dataclass
class Waiting:
    """The figures that were read last."""

    figures: Figures = field(default_factory=dict)

    def observe(self, meter: Meter | None = None) -> None:
        """Make the gauges, which show these figures whenever somebody collects them."""
        meter = meter or get_meter("handrail")
        for name, (unit, what) in GAUGES.items():
            meter.create_observable_gauge(name, [self._shown(name)], unit, what)

    def _shown(self, name: str) -> Callable[[CallbackOptions], Iterable[Observation]]:
        def show(_: CallbackOptions) -> list[Observation]:
            found = self.figures.get(name, {})
            return [Observation(value, dict(labels)) for labels, value in found.items()]

        return show

    async def read(self, house: Services, now: datetime) -> None:
        """Read the stores. One that is down leaves only that it is down."""
        try:
            standings = [standing async for standing in unfinished(house.handoffs)]
            self.figures = {
                **standing_figures(standings, now),
                names.NOTIFICATIONS: {(): await house.notifications.pending()},
                names.DEAD: {(): len(await house.notifications.dead(MOST))},
                names.ERRANDS: {(): await house.runner.errands.pending()},
                names.INBOX: {(): len(await house.channels.due(iso(now), MOST))},
                names.STORES: {(): 1},
            }
        except StoreDown as problem:
            self.figures = {names.STORES: {(): 0}}
            log.warning("figures_not_read", problem=redact(str(problem)))


def standing_figures(standings: Sequence[Standing], now: datetime) -> Figures:
    """Count handoffs by queue, priority and most urgent reason, at an aware moment. Pure.

    Where none is left of a kind nothing is shown for it, and a collector takes that for the end.
    """
    open_ones: dict[Labels, float] = defaultdict(float)
    unowned: dict[Labels, float] = defaultdict(float)
    ages: dict[Labels, float] = defaultdict(float)
    overdue: dict[Labels, float] = defaultdict(float)
    for standing in standings:
        labels = (
            (names.QUEUE, standing["queue"]),
            (names.PRIORITY, standing["priority"]),
            (names.REASON, standing["reasons"][0]["reason"] if standing["reasons"] else "none"),
        )
        open_ones[labels] += 1
        since = standing["unowned_since"]
        if standing["status"] == "open" and since:
            unowned[labels] += 1
            age = (now - datetime.fromisoformat(since)).total_seconds()
            ages[labels] = max(ages[labels], age)
        if standing["replied_at"] is None and datetime.fromisoformat(standing["due_at"]) < now:
            overdue[labels] += 1
    return {
        names.OPEN: open_ones,
        names.UNOWNED: unowned,
        names.UNOWNED_AGE: ages,
        names.OVERDUE: overdue,
    }


async def tell_forever(
    services: LazyServices, now: Callable[[], datetime], *, every: float = EVERY_SECONDS
) -> None:
    """Read what waits every few seconds, until cancelled, once somebody collects metrics."""
    waiting: Waiting | None = None
    while True:
        if waiting is None and not is_unset(get_meter_provider()):
            waiting = Waiting()
            waiting.observe()
        if waiting is not None:
            await waiting.read(await services.latest(), now())
        await asyncio.sleep(every)
