"""What every store of deliveries keeps to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, text

from handrail.store.channels.memory import MemoryChannels
from handrail.store.channels.protocol import AccountLink, Channels, Parcel, Place
from handrail.store.channels.sql import SqlChannels

NOW, LATER = "2026-03-01T10:05:00+00:00", "2026-03-01T10:06:00+00:00"
PLACE = Place("t-1", "chatwoot", "42", None, "2026-03-01T10:00:00+00:00")
LINK = AccountLink("slack", "U7", "cus_ada", NOW, "key:shop")


def parcel(key: str = "m-1", **changes: Any) -> Parcel:
    facts: dict[str, Any] = {
        "thread_id": "t-1", "direction": "in", "key": key, "kind": "message",
        "at": "2026-03-01T10:00:00.000000+00:00", "due_at": "2026-03-01T10:00:00+00:00",
        "body": {"text": "Where is it?"},
    }  # fmt: skip
    return Parcel(**(facts | changes))


@pytest.fixture(params=["memory", "sql"])
def channels(request: pytest.FixtureRequest, engine: Engine) -> Channels:
    return SqlChannels(engine) if request.param == "sql" else MemoryChannels()


async def test_a_delivery_is_kept_once_also_when_it_is_done(channels: Channels) -> None:
    assert [await channels.keep(PLACE, parcel()), await channels.keep(PLACE, parcel())] == [
        True, False,
    ]  # fmt: skip
    assert await channels.keep(PLACE, parcel(direction="out"))
    await channels.done(parcel(), "run", NOW)
    assert not await channels.keep(PLACE, parcel())
    assert await channels.next("t-1", "in") is None
    assert await channels.keys("t-1", "in") == {"m-1"}


async def test_they_come_in_the_products_order(channels: Channels) -> None:
    at = "2026-03-01T10:00:{}+00:00"
    for key, moment, sequence in (
        ("c", "02.000000", 0),
        ("b", "01.000000", 8),
        ("a", "01.000000", 7),
    ):
        await channels.keep(PLACE, parcel(key, at=at.format(moment), sequence=sequence))
    order = []
    while following := await channels.next("t-1", "in"):
        order.append(following.key)
        await channels.done(following, "run", NOW)
    assert order == ["a", "b", "c"]


async def test_a_conversation_is_worked_on_by_one(channels: Channels) -> None:
    await channels.keep(PLACE, parcel())
    assert await channels.due(NOW) == ["t-1"]
    lease = await channels.lease("t-1", NOW, LATER)
    assert lease is not None
    assert await channels.lease("t-1", NOW, LATER) is None
    assert await channels.due(NOW) == []
    other = await channels.lease("t-1", LATER, "2026-03-01T10:09:00+00:00")
    assert other is not None, "a lease ends, should its worker be gone"
    assert not await channels.renew(lease, "2026-03-01T10:10:00+00:00")
    await channels.release(lease)
    assert await channels.lease("t-1", LATER, "2026-03-01T10:09:00+00:00") is None
    assert await channels.renew(other, "2026-03-01T10:10:00+00:00")
    await channels.release(other)
    assert await channels.lease("t-1", NOW, LATER)


async def test_a_failed_one_waits_and_one_given_up_does_not_come_back(channels: Channels) -> None:
    await channels.keep(PLACE, parcel())
    await channels.failed(parcel(), "away", LATER)
    assert await channels.due(NOW) == []
    again = await channels.next("t-1", "in")
    assert again is not None
    assert (again.attempts, again.due_at, again.body) == (1, LATER, parcel().body)
    await channels.failed(parcel(), "a late failure of the first attempt", None)
    assert await channels.due(LATER) == ["t-1"]
    await channels.failed(again, "away", None)
    assert await channels.next("t-1", "in") is None
    assert not await channels.keep(PLACE, parcel())


async def test_a_change_is_noted_forwards_only(channels: Channels) -> None:
    await channels.keep(PLACE, parcel())
    for moment in (LATER, NOW):
        await channels.changed("t-1", moment)
    assert await channels.place("t-1") == replace(PLACE, changed_at=LATER)


async def test_a_customers_conversations_come_newest_first(channels: Channels) -> None:
    await channels.keep(PLACE, parcel())
    known = replace(PLACE, customer_id="cus_ada")
    await channels.keep(known, parcel("m-2"))
    await channels.keep(replace(known, customer_id="cus_bo"), parcel("m-3"))
    newer = Place("t-2", "slack", "C:1", "cus_ada", LATER)
    await channels.keep(newer, parcel(thread_id="t-2", due_at=LATER))
    assert await channels.places_of("cus_ada") == [newer, known]
    assert await channels.places_of("cus_bo") == []
    assert await channels.places_since(LATER) == [newer]
    assert await channels.place("t-3") is None


async def test_a_link_stands_until_it_is_taken_back(channels: Channels) -> None:
    assert await channels.link(LINK) == LINK
    assert await channels.link(replace(LINK, customer_id="cus_bo")) == LINK
    assert await channels.linked("slack", "U7") == LINK
    assert await channels.linked("chatwoot", "U7") is None
    assert await channels.links_of("cus_ada") == [LINK]
    assert not await channels.unlink("slack", "U7", "cus_bo")
    assert await channels.unlink("slack", "U7", "cus_ada")
    assert await channels.linked("slack", "U7") is None


async def test_what_was_in_a_delivery_is_forgotten_when_it_is_done(engine: Engine) -> None:
    channels = SqlChannels(engine)
    await channels.keep(PLACE, parcel())
    await channels.done(parcel(), "run", NOW)
    with engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM channel_parcels")).all())
    assert "Where is it?" not in kept


async def test_of_many_workers_one_has_the_conversation(engine: Engine) -> None:
    if engine.url.database in {None, "", ":memory:"}:
        pytest.skip("one connection, so one worker")
    workers = [SqlChannels(engine) for _ in range(4)]
    kept = await asyncio.gather(*(worker.keep(PLACE, parcel()) for worker in workers))
    assert sorted(kept) == [False, False, False, True]
    leases = await asyncio.gather(*(worker.lease("t-1", NOW, LATER) for worker in workers))
    assert len([lease for lease in leases if lease]) == 1
