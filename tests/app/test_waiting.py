"""What waits for somebody is shown by gauges, and collecting them waits for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from handrail.app.waiting import Waiting, standing_figures
from handrail.models import telemetry_names as names
from handrail.store.errors import StoreDown
from tests.fake_services import fake_services

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LEGAL = ((names.QUEUE, "compliance"), (names.PRIORITY, "urgent"), (names.REASON, "legal"))


def standing(minutes: float, **changed) -> dict:
    at = (NOW - timedelta(minutes=minutes)).isoformat()
    later = (NOW + timedelta(minutes=30)).isoformat()
    return {
        "queue": "compliance", "priority": "urgent", "reasons": [{"reason": "legal"}], "status": "open",
        "unowned_since": at, "replied_at": None, "due_at": later, **changed,
    }  # fmt: skip


def test_handoffs_are_counted_by_queue_priority_and_reason():
    past = (NOW - timedelta(seconds=1)).isoformat()
    found = standing_figures(
        [
            standing(10),
            standing(25, due_at=past),
            standing(90, status="claimed", unowned_since=None),
            standing(5, due_at=past, replied_at=past, status="claimed", unowned_since=None),
        ],
        NOW,
    )
    assert found[names.OPEN] == {LEGAL: 4}
    assert found[names.UNOWNED] == {LEGAL: 2}
    assert found[names.UNOWNED_AGE] == {LEGAL: 1500}
    assert found[names.OVERDUE] == {LEGAL: 1}
    assert standing_figures([], NOW)[names.OPEN] == {}


class Down:
    async def list(self, wanted):
        raise StoreDown("The database cannot be reached", "Start it.")


async def test_gauges_show_what_was_read_last():
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    waiting, house = Waiting(), fake_services()
    waiting.observe(provider.get_meter("of the test"))

    def shown() -> dict[str, float]:
        data = reader.get_metrics_data()
        if data is None:
            return {}
        metrics = data.resource_metrics[0].scope_metrics[0].metrics
        return {metric.name: sum(p.value for p in metric.data.data_points) for metric in metrics}

    assert shown() == {}
    await waiting.read(house, NOW)
    nothing = {names.NOTIFICATIONS, names.DEAD, names.ERRANDS, names.INBOX}
    assert shown() == {**dict.fromkeys(nothing, 0), names.STORES: 1}
    await waiting.read(replace(house, handoffs=Down()), NOW)
    assert shown() == {names.STORES: 0}
    provider.shutdown()
