from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.app.notify import delivery as delivery_module
from handrail.app.notify import webhook as webhook_module
from handrail.app.notify.delivery import (
    BATCH,
    CAP_SECONDS,
    LEASE,
    MOST_ATTEMPTS,
    SIDE_BY_SIDE,
    DeliveryReport,
    backoff,
    deliver,
    deliver_forever,
)
from handrail.app.notify.protocol import NotSent, public_id
from handrail.app.notify.slack import SlackNotifier
from handrail.app.notify.webhook import WebhookNotifier
from handrail.store.base import Base
from handrail.store.database import open_database
from handrail.store.errors import StoreDown
from handrail.store.notifications.memory import MemoryNotifications
from handrail.store.notifications.protocol import Delivery, Notification, Notifications
from handrail.store.notifications.sql import SqlNotifications

START = datetime(2026, 3, 1, 10, tzinfo=UTC)


def told(number: int = 1) -> Notification:
    return Notification(
        id=f"h-{number}:opened",
        kind="handoff.opened",
        handoff_id=f"h-{number}",
        created_at="2026-03-01T09:00:00+00:00",
        payload={"queue": "care", "priority": "urgent", "reasons": ["legal"], "owner": None},
    )


class Clock:
    """A clock that goes only when it is told to."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def go(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Target:
    """A notifier that takes a notification, or fails as the next of `script` says."""

    def __init__(self, name: str = "mail", *script: BaseException) -> None:
        self.name = name
        self.script = list(script)
        self.took: list[str] = []
        self.at_once = self.most_at_once = 0

    async def send(self, notification: Notification) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if self.script:
            raise self.script.pop(0)
        self.took.append(notification.id)


def again(wait: int = 0) -> NotSent:
    return NotSent("HTTP 500", for_good=False, wait=wait)


def never() -> NotSent:
    return NotSent("HTTP 410", for_good=True)


def most() -> float:
    return 1.0


@pytest.fixture
def notifications() -> Notifications:
    return MemoryNotifications()


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Receiver:
    """A web server on loopback that answers by its script, then 200; it may be down, or hang."""

    def __init__(self, *script: int | str) -> None:
        self.script = list(script)
        self.accepted: list[str] = []
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
            body = await reader.readexactly(int(headers["content-length"]))
            status = self.script.pop(0) if self.script else 200
            if status == "hang":
                await reader.read()
                return
            if status == 200:
                self.accepted.append(headers.get("webhook-id") or json.loads(body)["text"])
            answer = f"HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            writer.write(answer.encode())
            await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def receiving(*script: int | str) -> AsyncIterator[Receiver]:
    receiver = Receiver(*script)
    await receiver.start()
    try:
        yield receiver
    finally:
        await receiver.stop()


async def test_through_every_failure_in_turn_nothing_is_lost_and_nothing_comes_twice(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_module, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(delivery_module, "BATCH", 6)  # all of it in each pass
    engine = open_database(f"sqlite:///{tmp_path / 'handrail.db'}")
    Base.metadata.create_all(engine)
    notifications = SqlNotifications(engine)
    for number in (1, 2, 3):
        await notifications.add(told(number))
    async with (
        httpx.AsyncClient() as client,
        receiving(500, 429, 503, "hang", 500) as desk,
        receiving() as channel,
    ):
        notifiers = [
            WebhookNotifier(f"http://127.0.0.1:{desk.port}/", "secret", client),
            SlackNotifier(f"http://127.0.0.1:{channel.port}/", client),
        ]
        reports = []
        for turn in range(6):
            if turn == 1:
                await desk.stop()
            if turn == 2:
                await desk.start()
            reports.append(await deliver(notifications, notifiers, clock, draw=most))
            assert len(desk.accepted) + await notifications.pending() == 3
            clock.go(CAP_SECONDS)
        assert reports[:2] == [DeliveryReport(3, 3), DeliveryReport(0, 3)]
        assert reports[-1] == DeliveryReport()
        assert Counter(desk.accepted) == {public_id(told(number).id): 1 for number in (1, 2, 3)}
        assert len(channel.accepted) == 3
        assert desk.script == []
    assert await notifications.dead() == []
    engine.dispose()


async def test_a_target_that_fails_does_not_hold_up_the_others(
    notifications: Notifications, clock: Clock
) -> None:
    await notifications.add(told())
    broken, well = Target("webhook", again()), Target("mail")
    assert await deliver(notifications, [broken, well], clock, draw=most) == DeliveryReport(1, 1)
    clock.go(10)
    assert await deliver(notifications, [broken, well], clock, draw=most) == DeliveryReport(1)
    assert (broken.took, well.took) == ([told().id], [told().id])


async def test_each_pause_is_longer_until_it_is_a_dead_letter(
    notifications: Notifications, clock: Clock
) -> None:
    await notifications.add(told())
    target = Target("mail", *[again() for _ in range(MOST_ATTEMPTS)])
    pauses = [10, 20, 40, 80, 160, 320, 640, 1280, 2560, *[CAP_SECONDS] * 4]
    for pause in pauses:
        assert await deliver(notifications, [target], clock, draw=most) == DeliveryReport(0, 1)
        clock.go(pause - 1)
        assert await deliver(notifications, [target], clock, draw=most) == DeliveryReport()
        clock.go(1)
    assert await deliver(notifications, [target], clock, draw=most) == DeliveryReport(0, 0, 1)
    (letter,) = await notifications.dead()
    assert (letter.target, letter.attempts, letter.error) == ("mail", 14, "HTTP 500")

    assert await notifications.replay() == 1
    assert await deliver(notifications, [target], clock) == DeliveryReport(1)
    assert target.took == [told().id]


async def test_what_is_pointless_is_not_tried_again(
    notifications: Notifications, clock: Clock
) -> None:
    await notifications.add(told())
    target = Target("mail", never())
    assert await deliver(notifications, [target], clock) == DeliveryReport(0, 0, 1)
    clock.go(10 * CAP_SECONDS)
    assert await deliver(notifications, [target], clock) == DeliveryReport()
    assert [letter.attempts for letter in await notifications.dead()] == [1]


async def test_a_target_that_asks_for_a_pause_gets_it(
    notifications: Notifications, clock: Clock
) -> None:
    await notifications.add(told())
    target = Target("slack", again(wait=120))
    await deliver(notifications, [target], clock, draw=most)
    clock.go(119)
    assert await deliver(notifications, [target], clock) == DeliveryReport()
    clock.go(1)
    assert await deliver(notifications, [target], clock) == DeliveryReport(1)


async def test_a_notifier_that_breaks_is_an_attempt_that_failed(
    notifications: Notifications, clock: Clock
) -> None:
    await notifications.add(told())
    broken, well = Target("webhook", KeyError("queue"), asyncio.CancelledError()), Target("mail")
    for report in (DeliveryReport(1, 1), DeliveryReport(0, 0, 1)):
        assert await deliver(notifications, [broken, well], clock, most_attempts=2) == report
        clock.go(10)
    (letter,) = await notifications.dead()
    assert letter.error == "The notifier broke: CancelledError"


async def test_a_notifier_that_never_answers_is_left(
    notifications: Notifications, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(Target):
        async def send(self, notification: Notification) -> None:
            await asyncio.Event().wait()

    monkeypatch.setattr(delivery_module, "SEND_SECONDS", 0.05)
    await notifications.add(told())
    assert await deliver(notifications, [Silent()], clock, most_attempts=1) == DeliveryReport(
        0, 0, 1
    )
    assert "Nothing was heard" in (await notifications.dead())[0].error


async def test_a_few_are_sent_side_by_side_and_no_more(
    notifications: Notifications, clock: Clock
) -> None:
    for number in range(BATCH + 3):
        await notifications.add(told(number))
    target = Target()
    assert await deliver(notifications, [target], clock) == DeliveryReport(BATCH)
    assert target.most_at_once == SIDE_BY_SIDE
    assert await deliver(notifications, [target], clock) == DeliveryReport(3)
    assert len(set(target.took)) == BATCH + 3


async def test_two_workers_at_once_send_each_once(
    notifications: Notifications, clock: Clock
) -> None:
    for number in range(4 * BATCH):
        await notifications.add(told(number))
    target = Target()
    await asyncio.gather(*(deliver(notifications, [target], clock) for _ in range(4)))
    assert Counter(target.took) == {told(number).id: 1 for number in range(4 * BATCH)}


async def test_without_a_target_it_waits(notifications: Notifications, clock: Clock) -> None:
    await notifications.add(told())
    assert await deliver(notifications, [], clock) == DeliveryReport()
    assert await notifications.pending() == 1


class Flaky(MemoryNotifications):
    """A store that is down now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.down: set[str] = set()
        self.asked = 0

    def _ask(self, method: str) -> None:
        self.asked += 1
        if method in self.down:
            raise StoreDown("Down", "Wait.")

    async def due(
        self, targets: Sequence[str], now: str, lease_until: str, limit: int = 20
    ) -> Sequence[Delivery]:
        self._ask("due")
        return await super().due(targets, now, lease_until, limit)

    async def delivered(self, delivery: Delivery, at: str) -> None:
        self._ask("delivered" if delivery.target == "mail" else "")
        await super().delivered(delivery, at)


async def test_what_was_sent_is_recorded_though_another_record_failed(clock: Clock) -> None:
    class Slow(Target):
        async def send(self, notification: Notification) -> None:
            await asyncio.sleep(0.05)
            await super().send(notification)

    store = Flaky()
    store.down = {"delivered"}
    await store.add(told())
    with pytest.raises(StoreDown):
        await deliver(store, [Target("mail"), Slow("slack")], clock)
    assert await store.pending() == 1
    clock.go(LEASE.total_seconds())
    store.down = set()
    target = Target("mail")
    assert await deliver(store, [target, Target("slack")], clock) == DeliveryReport(1)
    assert target.took == [told().id]


async def eventually(true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.005)
    pytest.fail("It did not come about.")


async def test_it_outlives_a_store_that_is_down_and_ends_when_cancelled(clock: Clock) -> None:
    store, target = Flaky(), Target()
    store.down = {"due"}
    await store.add(told())
    before = asyncio.all_tasks()
    running = asyncio.create_task(deliver_forever(store, [target], clock, every=0.001))
    await eventually(lambda: store.asked > 3)
    assert target.took == []
    store.down = set()
    await eventually(lambda: target.took == [told().id])
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert asyncio.all_tasks() == before


async def test_who_is_cut_off_while_sending_loses_nothing(
    notifications: Notifications, clock: Clock
) -> None:
    class Slow(Target):
        async def send(self, notification: Notification) -> None:
            self.at_once += 1
            await asyncio.Event().wait()

    slow, target = Slow(), Target()
    await notifications.add(told())
    before = asyncio.all_tasks()
    running = asyncio.create_task(deliver_forever(notifications, [slow], clock))
    await eventually(lambda: slow.at_once == 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert asyncio.all_tasks() == before
    assert await deliver(notifications, [target], clock) == DeliveryReport()
    clock.go(LEASE.total_seconds())
    assert await deliver(notifications, [target], clock) == DeliveryReport(1)


@given(st.integers(1, 5000), st.floats(0, 1))
def test_a_pause_is_never_longer_than_the_cap_nor_negative(attempts: int, draw: float) -> None:
    assert 0 <= backoff(attempts, draw) <= CAP_SECONDS
    assert backoff(attempts, 1.0) <= backoff(attempts + 1, 1.0)


Outcome = st.sampled_from(["taken", "later", "never", "broken", "cut off"])


@settings(deadline=None)
@given(
    outcomes=st.lists(Outcome, max_size=60),
    notices=st.integers(1, 4),
    pauses=st.randoms(use_true_random=True),
)
def test_whatever_happens_each_ends_taken_once_or_dead_and_nothing_is_lost(
    outcomes: list[str], notices: int, pauses: Any
) -> None:
    asyncio.run(play(list(outcomes), notices, pauses))


async def play(outcomes: list[str], notices: int, pauses: Any) -> None:
    class Scripted(Target):
        async def send(self, notification: Notification) -> None:
            outcome = outcomes.pop() if outcomes else "taken"
            if outcome == "cut off":
                running.cancel()
                await asyncio.Event().wait()
            if outcome != "taken":
                raise {"later": again(), "never": never(), "broken": KeyError("x")}[outcome]
            self.took.append(notification.id)

    store, clock = MemoryNotifications(), Clock()
    targets = [Scripted("mail"), Scripted("slack")]
    for number in range(notices):
        await store.add(told(number))
    for _ in range(200):
        running = asyncio.create_task(
            deliver(store, targets, clock, most_attempts=4, draw=pauses.random)
        )
        await asyncio.wait([running])
        assert running.cancelled() or running.exception() is None
        took = Counter((target.name, id_) for target in targets for id_ in target.took)
        dead = {(letter.target, letter.notification_id) for letter in await store.dead()}
        assert set(took.values()) <= {1}
        assert dead.isdisjoint(took)
        clock.go(pauses.randint(1, CAP_SECONDS))
        if not await store.pending():
            break
    assert len(took) + len(dead) == 2 * notices
