from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from handrail.store.errors import StoreDown
from handrail.store.notifications.memory import MemoryNotifications
from handrail.store.notifications.protocol import (
    DeadLetter,
    Delivery,
    Notification,
    Notifications,
)
from handrail.store.notifications.sql import SqlNotifications
from handrail.store.notifications.tables import (
    DeliveryRow,
    NotificationRow,
    notification_row,
)

NOW = "2026-03-01T10:05:00+00:00"
LATER = "2026-03-01T10:06:00+00:00"
LEASE = "2026-03-01T10:10:00+00:00"
AFTER_THE_LEASE = "2026-03-01T10:10:01+00:00"
NEXT_LEASE = "2026-03-01T10:20:00+00:00"


def told(number: int = 1, **changes: Any) -> Notification:
    facts: dict[str, Any] = {
        "id": f"h-{number}:opened",
        "kind": "handoff.opened",
        "handoff_id": f"h-{number}",
        "created_at": f"2026-03-01T10:00:{number % 60:02}+00:00",
        "payload": {"queue": "care", "reasons": ["legal"], "owner": None},
    }
    return Notification(**{**facts, **changes})


@pytest.fixture
def sql(engine: Engine) -> Notifications:
    return SqlNotifications(engine)


@pytest.fixture(params=["sql", "memory"])
def notifications(request: pytest.FixtureRequest, sql: Notifications) -> Notifications:
    return sql if request.param == "sql" else MemoryNotifications()


def names(leased: Any) -> list[tuple[str, str]]:
    return [(delivery.notification.id, delivery.target) for delivery in leased]


async def lease_one(notifications: Notifications, now: str = NOW, until: str = LEASE) -> Delivery:
    (delivery,) = await notifications.due(["mail"], now, until)
    return delivery


async def test_the_same_id_is_kept_once_and_comes_back_as_it_was(
    notifications: Notifications,
) -> None:
    assert await notifications.add(told())
    assert not await notifications.add(told(payload={"queue": "other"}))
    assert await notifications.due(["mail"], NOW, LEASE) == [Delivery(told(), "mail", 1)]


async def test_each_target_has_its_own_delivery(notifications: Notifications) -> None:
    await notifications.add(told())
    mail, slack = await notifications.due(["slack", "mail", "mail"], NOW, LEASE)
    assert (mail.target, slack.target) == ("mail", "slack")
    await notifications.delivered(mail, NOW)
    await notifications.failed(slack, "HTTP 500", LATER)
    assert names(await notifications.due(["mail", "slack"], LATER, LEASE)) == [
        ("h-1:opened", "slack")
    ]


async def test_what_is_known_before_any_target_is_told_once_there_is_one(
    notifications: Notifications,
) -> None:
    await notifications.add(told())
    assert await notifications.due([], NOW, LEASE) == []
    assert await notifications.pending() == 1
    assert names(await notifications.due(["mail"], NOW, LEASE)) == [("h-1:opened", "mail")]


async def test_a_target_that_came_later_gets_only_what_is_new(notifications: Notifications) -> None:
    await notifications.add(told(1))
    await notifications.due(["mail"], NOW, LEASE)
    await notifications.add(told(2))
    leased = await notifications.due(["mail", "slack"], NOW, LEASE)
    assert names(leased) == [("h-2:opened", "mail"), ("h-2:opened", "slack")]


async def test_what_is_owed_to_a_target_that_is_gone_stays_pending(
    notifications: Notifications,
) -> None:
    await notifications.add(told())
    await notifications.due(["slack"], NOW, LEASE)
    assert await notifications.due(["mail"], AFTER_THE_LEASE, NEXT_LEASE) == []
    assert await notifications.pending() == 1
    assert len(await notifications.due(["slack"], AFTER_THE_LEASE, NEXT_LEASE)) == 1


async def test_the_oldest_goes_first_and_a_batch_is_no_longer_than_asked(
    notifications: Notifications,
) -> None:
    for number in (3, 1, 2):
        await notifications.add(told(number))
    leased = [await notifications.due(["mail"], NOW, LEASE, limit=2) for _ in range(3)]
    assert [names(batch) for batch in leased] == [
        [("h-1:opened", "mail"), ("h-2:opened", "mail")],
        [("h-3:opened", "mail")],
        [],
    ]


async def test_a_notification_from_a_fast_clock_is_due_at_once(
    notifications: Notifications,
) -> None:
    await notifications.add(told(created_at="2027-01-01T00:00:00+00:00"))
    assert (await lease_one(notifications)).attempts == 1


async def test_after_a_crash_the_lease_runs_out(notifications: Notifications) -> None:
    await notifications.add(told())
    await lease_one(notifications)
    assert await notifications.due(["mail"], LATER, LEASE) == []
    again = await lease_one(notifications, AFTER_THE_LEASE, NEXT_LEASE)
    assert again.attempts == 2


async def test_a_worker_whose_lease_ran_out_does_not_take_it_from_the_next(
    notifications: Notifications,
) -> None:
    await notifications.add(told())
    slow = await lease_one(notifications)
    quick = await lease_one(notifications, AFTER_THE_LEASE, NEXT_LEASE)
    await notifications.failed(slow, "late", AFTER_THE_LEASE)
    await notifications.failed(slow, "late", None)
    assert await notifications.due(["mail"], AFTER_THE_LEASE, NEXT_LEASE) == []
    assert await notifications.dead() == []
    await notifications.delivered(slow, AFTER_THE_LEASE)
    await notifications.failed(quick, "the receiver hung up", None)
    assert (await notifications.pending(), await notifications.dead()) == (0, [])


async def test_a_dead_letter_says_what_and_why_and_can_be_replayed(
    notifications: Notifications,
) -> None:
    for number in (1, 2):
        await notifications.add(told(number))
        at = (NOW, LATER)[number - 1]
        (delivery,) = await notifications.due(["mail"], at, LEASE)
        await notifications.failed(delivery, f"HTTP 410\x00\udcff {number}", None)
    letters = await notifications.dead()
    assert [letter.notification_id for letter in letters] == ["h-2:opened", "h-1:opened"]
    assert letters[1] == DeadLetter(
        "h-1:opened", "handoff.opened", "mail", 1, letters[1].error, NOW
    )
    assert letters[1].error.startswith("HTTP 410")
    assert await notifications.dead(limit=1) == letters[:1]
    assert await notifications.pending() == 0
    assert await notifications.due(["mail"], AFTER_THE_LEASE, NEXT_LEASE) == []

    assert await notifications.replay("h-9") == 0
    assert await notifications.replay("h-1:opened") == 1
    assert await notifications.replay() == 1
    assert await notifications.replay() == 0
    assert await notifications.dead() == []
    leased = await notifications.due(["mail"], LATER, LEASE)
    assert [delivery.attempts for delivery in leased] == [1, 1]


async def test_what_was_delivered_is_never_leased_again(notifications: Notifications) -> None:
    await notifications.add(told())
    await notifications.delivered(await lease_one(notifications), NOW)
    assert await notifications.pending() == 0
    assert await notifications.replay() == 0
    assert await notifications.due(["mail"], "2030-01-01T00:00:00+00:00", NEXT_LEASE) == []


async def test_a_payload_is_kept_as_it_was_when_added(notifications: Notifications) -> None:
    payload: dict[str, Any] = {"reasons": ["é漢🙂\x00"]}
    await notifications.add(told(payload=payload))
    payload["reasons"].append("later")
    delivery = await lease_one(notifications)
    assert delivery.notification.payload == {"reasons": ["é漢🙂\x00"]}


@pytest.mark.parametrize("fanned_out", [False, True])
def test_of_eight_at_once_only_one_gets_each_delivery(sql: Notifications, fanned_out: bool) -> None:
    for number in range(1, 41):
        asyncio.run(sql.add(told(number)))
    targets, before = ["mail", "slack"], "2026-03-01T09:00:00+00:00"
    if fanned_out:
        assert len(asyncio.run(sql.due(targets, before, NOW, limit=100))) == 80
    ready = Barrier(8)

    def lease(_: int) -> list[tuple[str, str]]:
        got = []
        ready.wait()
        for _ in range(12):
            got += names(asyncio.run(sql.due(targets, NOW, LEASE, limit=20)))
        return got

    with ThreadPoolExecutor(8) as pool:
        got = [delivery for leased in pool.map(lease, range(8)) for delivery in leased]
    assert Counter(got) == {
        (f"h-{n}:opened", target): 1 for n in range(1, 41) for target in targets
    }


def test_of_eight_at_once_only_one_adds_it(sql: Notifications) -> None:
    def add(_: int) -> bool:
        return asyncio.run(sql.add(told()))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(add, range(8))).count(True) == 1


async def test_a_row_added_in_somebody_elses_transaction_is_told(
    sql: Notifications, engine: Engine
) -> None:
    with Session(engine) as session, session.begin():
        session.add(notification_row(told(1)))
    with Session(engine) as session:
        session.add(notification_row(told(2)))
        session.rollback()
    assert names(await sql.due(["mail"], NOW, LEASE)) == [("h-1:opened", "mail")]


async def test_every_method_says_that_the_store_is_down(sql: Notifications, engine: Engine) -> None:
    with engine.begin() as connection:
        for table in (DeliveryRow, NotificationRow):
            connection.execute(text(f"DROP TABLE {table.__tablename__}"))
    delivery = Delivery(told(), "mail", 1)
    for call in (
        sql.add(told()),
        sql.due(["mail"], NOW, LEASE),
        sql.delivered(delivery, NOW),
        sql.failed(delivery, "", None),
        sql.dead(),
        sql.replay(),
        sql.pending(),
    ):
        with pytest.raises(StoreDown):
            await call
