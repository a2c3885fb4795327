"""One customer over two channels, with their consent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from handrail.app.channels.protocol import CustomerMessage, Who
from tests.app.channels.place import ANGER, Place
from tests.app.channels.test_order import Recorder
from tests.app.http.conftest import ANA, INES
from tests.app.tokens import bearer

SHOP = bearer("shop", "service")
CUSTOMER = "/handrail/customers/cus_ada"
LINK = {"channel": "slack", "user": "U1", "consent": True, "at": "2026-03-02T10:15:00+01:00"}


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    opened = Place(Recorder(name="slack"))
    async with opened.http:
        yield opened


async def write(place: Place, conversation: str, number: int) -> None:
    at = datetime.now(UTC)
    said = CustomerMessage(conversation, f"m{number}", Who("U1"), ANGER, at)
    await place.inbox.take(place.channel, said, place.services)
    await place.inbox.worker.work(place.thread(conversation))


async def link(place: Place, who: dict[str, str] = SHOP, **changes: Any) -> int:
    answer = await place.http.post(f"{CUSTOMER}/links", headers=who, json=LINK | changes)
    return answer.status_code


async def test_a_link_names_the_customer_and_verifies_nothing(place: Place) -> None:
    await write(place, "C1:1", 1)
    assert await link(place) == 200
    await write(place, "C1:2", 2)
    standing = await place.standing("C1:2")
    packet = await place.services.handoffs.get(str(standing.handoff))
    assert packet is not None
    assert packet["customer_id"] == "cus_ada"
    trail = await place.services.audit.list(place.thread("C1:2"))
    assert [row.payload["verified"] for row in trail if "verified" in row.payload] == [False]

    await place.services.handoffs.open({**packet, "id": "h-chat", "key": "t:1", "thread_id": "t",
                                        "channel": "chat", "created_at": "2026-03-01T09:00:00+00:00"})  # fmt: skip
    listed = (await place.http.get(f"{CUSTOMER}/conversations", headers=INES)).json()
    found = [
        (t["channel"], t["conversation"], [h["id"] for h in t["handoffs"]]) for t in listed["items"]
    ]
    assert found == [("slack", "C1:2", [packet["id"]]), ("chat", None, ["h-chat"])]
    assert listed["links"][0]["consent_at"] == "2026-03-02T09:15:00+00:00"


async def test_no_consent_no_link(place: Place) -> None:
    for changes in (
        {"consent": False},
        {"consent": None},
        {"consent": "true"},
        {"at": "2026-03-02"},
    ):
        assert await link(place, **changes) == 422
    assert await place.services.channels.links_of("cus_ada") == []


async def test_who_may_link_and_read(place: Place) -> None:
    assert [await link(place, INES), await link(place, ANA), await link(place, {})] == [
        403,
        403,
        401,
    ]
    assert await link(place) == 200
    other = "/handrail/customers/cus_bo"
    taken = await place.http.post(f"{other}/links", headers=SHOP, json=LINK)
    assert taken.status_code == 409
    assert (await place.http.get(f"{CUSTOMER}/conversations", headers=ANA)).status_code == 403
    for who, status in ((INES, 403), (SHOP, 200), (SHOP, 404)):
        answer = await place.http.delete(f"{CUSTOMER}/links/slack/U1", headers=who)
        assert answer.status_code == status
    assert await link(place) == 200
