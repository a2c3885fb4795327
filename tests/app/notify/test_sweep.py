"""Alarms: both sides of each line, by working time, and each told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handrail.app.notify.sweep import alarms_of, sweep
from handrail.graph.hours import Hours
from handrail.graph.policy import Alarms, Policy
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.store.notifications.memory import MemoryNotifications
from tests.store.handoffs.test_handoffs import packet

OPENED = datetime(2026, 3, 2, 10, tzinfo=UTC)  # a Monday
ALWAYS = Hours(days=["mon", "tue", "wed", "thu", "fri", "sat", "sun"], time_zone="UTC")
POLICY = Policy(hours=ALWAYS, alarms=Alarms(unowned_minutes=15, waiting_minutes=60))


def text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def handoff(**changes: Any) -> Any:
    facts: dict[str, Any] = {
        "created_at": text(OPENED), "due_at": text(OPENED + timedelta(hours=4)),
        "waiting_since": text(OPENED), "unowned_since": text(OPENED),
    }  # fmt: skip
    return packet(**{**facts, **changes})


CLAIMED = {"status": "claimed", "owner": "noor", "unowned_since": None}


@pytest.mark.parametrize(
    ("changes", "minutes", "kinds"),
    [
        ({}, 14, []),
        ({}, 15, ["alarm.unowned"]),
        (CLAIMED, 59, []),
        (CLAIMED, 60, ["alarm.waiting"]),
        ({**CLAIMED, "waiting_since": None}, 120, []),
        ({"due_at": text(OPENED + timedelta(minutes=10))}, 10, []),
        ({"due_at": text(OPENED + timedelta(minutes=10))}, 11, ["alarm.overdue"]),
        ({**CLAIMED, "replied_at": text(OPENED), "due_at": text(OPENED)}, 11, []),
    ],
)
def test_when_people_are_reminded(
    changes: dict[str, Any], minutes: float, kinds: list[str]
) -> None:
    alarms = alarms_of(handoff(**changes), POLICY, OPENED + timedelta(minutes=minutes))
    assert [alarm.kind for alarm in alarms] == kinds


def test_at_night_nobody_is_reminded_but_what_is_due_round_the_clock_is() -> None:
    evening = datetime(2026, 3, 2, 17, 55, tzinfo=UTC)
    waiting = handoff(unowned_since=text(evening), due_at=text(evening + timedelta(minutes=30)))
    night, morning = evening + timedelta(hours=6), evening + timedelta(hours=15, minutes=15)
    assert [a.kind for a in alarms_of(waiting, POLICY, night)] == ["alarm.overdue"]
    assert "alarm.unowned" in [a.kind for a in alarms_of(waiting, POLICY, morning)]


async def test_two_sweeps_tell_once_and_a_closed_handoff_is_passed_over() -> None:
    notifications = MemoryNotifications()
    handoffs = MemoryHandoffs()
    for number in range(450):  # more than two pages
        await handoffs.open(handoff(id=f"h-{number:03}", key=f"t-{number}:1"))
    closed = {"status": "resolved", "closed_at": text(OPENED), "unowned_since": None}
    await handoffs.open(handoff(id="h-over", key="t-over:1", **closed))
    later = OPENED + timedelta(minutes=20)
    first = await sweep(handoffs, notifications, POLICY, later)
    assert len(first) == 450
    assert await sweep(handoffs, notifications, POLICY, later + timedelta(minutes=1)) == []
