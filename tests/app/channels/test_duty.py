"""What a process left when it ended is worked on by the next, and the desk is heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from handrail.app.channels.duty import watch_forever, work_once
from handrail.app.channels.protocol import CustomerMessage, Outgoing, Who
from handrail.app.desk.protocol import DeskDown
from handrail.graph.clock import now
from tests.app.channels.place import ANGER, QUESTION, Place
from tests.app.channels.test_order import Recorder
from tests.app.http.conftest import INES

TALK = "c-1"


@dataclass
class Listening(Recorder):
    """A product that says when a person's reply has come."""

    replied: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, conversation: str, message: Outgoing) -> None:
        await super().send(conversation, message)
        if message.id.startswith("reply-"):
            self.replied.set()


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    opened = Place(Listening())
    async with opened.http:
        yield opened


async def keep(place: Place, number: int, text: str) -> None:
    said = CustomerMessage(TALK, f"m{number}", Who("u1"), text, datetime.now(UTC))
    await place.inbox.take(place.channel, said, place.services)


async def test_what_was_kept_and_not_worked_on_is(place: Place) -> None:
    await keep(place, 1, QUESTION)
    lazy = place.house.services
    assert await work_once(place.inbox, lazy, now)
    assert not await work_once(place.inbox, lazy, now)
    assert len(place.channel.taken) == 1  # type: ignore[attr-defined]


async def test_a_run_that_fails_is_run_again_and_what_follows_waits(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, say, failing = place.runs, place.runs.say, [True, True]
    said: list[str] = []

    async def flaky(thread_id: str, message_id: str, text: str, customer: object) -> None:
        said.append(message_id)
        await say(thread_id, message_id, text, customer)  # type: ignore[arg-type]
        if failing and failing.pop():
            raise DeskDown("the connection broke when it was done")

    monkeypatch.setattr(runs, "say", flaky)
    await keep(place, 1, QUESTION)
    await keep(place, 2, ANGER)
    while await work_once(place.inbox, place.house.services, now):
        pass
    assert said == ["webhook:m1"] * 3 + ["webhook:m2"]
    standing = await place.standing(TALK)
    assert [m.id for m in standing.messages if m.by == "customer"] == ["webhook:m1", "webhook:m2"]
    assert len(place.channel.taken) == 3  # type: ignore[attr-defined]


async def test_what_the_desk_says_goes_out_by_itself(place: Place) -> None:
    await keep(place, 1, ANGER)
    await place.inbox.worker.work(place.thread(TALK))
    handoff = (await place.standing(TALK)).handoff
    watching = asyncio.create_task(
        watch_forever(place.inbox, place.house.services, place.house.live, now)
    )
    await asyncio.sleep(0.7)
    for act, body in (("claim", None), ("reply", {"text": "Hello"})):
        url = f"/handrail/handoffs/{handoff}/{act}"
        assert (await place.http.post(url, headers=INES, json=body)).status_code == 200
    assert isinstance(place.channel, Listening)
    async with asyncio.timeout(20):
        await place.channel.replied.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert len(place.channel.taken) == 3
