"""Chatwoot the whole way, against a server that speaks its documented shapes."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from handrail.app.channels.chatwoot import ChatwootChannel
from handrail.app.channels.chatwoot_events import incoming_in
from handrail.app.channels.protocol import Unreadable, Who
from tests.app.channels.place import ANGER, ANSWER, MORE, QUESTION, URL, Place
from tests.app.channels.products import Chatwoot, chatwoot_headers
from tests.loopback import Reply, serving

SECRET = "of the bot"
ADA = {"id": 11, "name": "Ada", "identifier": "cus_ada", "type": "contact"}
INES = {"id": 7, "name": "Ines", "type": "user"}


class Shop:
    """A Chatwoot account and our side of it."""

    def __init__(
        self, url: str, product: Chatwoot, client: httpx.AsyncClient, **secrets: str
    ) -> None:
        self.product = product
        given: dict[str, Any] = secrets or {"secret": SECRET}
        channel = ChatwootChannel(url, 3, product.token, client, **given)
        self.place = Place(channel)
        self.clock = time.time()
        self.number = 100

    def message(self, text: str, **changes: Any) -> dict[str, Any]:
        self.number += 1
        self.clock = max(self.clock + 0.01, time.time())
        return {
            "event": "message_created", "id": self.number, "content": text,
            "message_type": "incoming", "private": False, "created_at": self.clock,
            "sender": ADA, "account": {"id": 3, "name": "Shop"},
            "conversation": {
                "id": 42, "status": "pending", "meta": {"sender": ADA, "hmac_verified": True},
            },
        } | changes  # fmt: skip

    def status(self, status: str, by: dict[str, Any] | None = INES) -> dict[str, Any]:
        self.clock = max(self.clock + 0.01, time.time())
        return {
            "event": "conversation_status_changed", "id": 42, "status": status,
            "updated_at": self.clock, "meta": {"sender": ADA, "assignee": by},
        }  # fmt: skip

    async def deliver(self, event: dict[str, Any], **more: Any) -> int:
        body = json.dumps(event).encode()
        headers = chatwoot_headers(body, SECRET, **more)
        return (await self.place.post("chatwoot", body, headers)).status_code


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    product = Chatwoot()
    with serving(product.answer) as server:
        async with httpx.AsyncClient() as client:
            yield Shop(server.url, product, client)


async def test_the_whole_way(shop: Shop) -> None:
    product, place = shop.product, shop.place
    assert await shop.deliver(shop.message(QUESTION)) == 200
    assert (product.said, product.typing) == ([ANSWER], 1)

    await shop.deliver(shop.message(ANGER))
    [note] = product.notes
    assert "anger" in note
    assert f"{URL}/handrail/ui/desk#" in note
    assert product.statuses == ["open"]
    [notice] = product.said[1:]
    standing = await place.standing("42")
    packet = await place.services.handoffs.get(str(standing.handoff))
    assert packet is not None
    assert (packet["channel"], packet["customer_id"]) == ("chatwoot", "cus_ada")

    typing = product.typing
    await shop.deliver(shop.status("open", None))  # our own, come back
    await shop.deliver(shop.message(MORE))
    assert product.said == [ANSWER, notice]
    assert product.typing == typing

    await shop.deliver(shop.message("I am on it", message_type="outgoing", sender=INES))
    standing = await place.standing("42")
    assert standing.claimed_by == "chatwoot:7"
    assert [(m.text, m.name) for m in standing.messages][-1] == ("I am on it", "Ines")
    packet = await place.services.handoffs.get(str(standing.handoff))
    assert packet is not None
    assert Counter(entry["role"] for entry in packet["transcript"]) == {
        "customer": 3, "ai": 2, "human": 1,
    }  # fmt: skip

    await shop.deliver(shop.status("pending"))
    assert (await place.standing("42")).owner == "ai"
    await shop.deliver(shop.message(QUESTION))
    assert product.said == [ANSWER, notice, ANSWER]

    await shop.deliver(shop.status("resolved"))
    assert "/handrail/csat/" in product.said[-1]
    assert len(product.said) == 4
    assert product.statuses == ["open"], "what Chatwoot did is not done to it again"
    assert await place.figures("42", 2) == ("ai", "chatwoot")
    trail = await place.services.audit.list(place.thread("42"))
    channels = {e.payload["channel"] for e in trail if e.payload.get("channel")}
    assert channels == {"chatwoot"}


async def test_what_the_desk_does_is_done_in_chatwoot(shop: Shop) -> None:
    product, place = shop.product, shop.place
    await shop.deliver(shop.message(ANGER))
    handoff = (await place.standing("42")).handoff
    from tests.app.http.conftest import INES as AGENT

    async def act(what: str, **body: Any) -> None:
        url = f"/handrail/handoffs/{handoff}/{what}"
        answer = await place.http.post(url, headers=AGENT, json=body or None)
        assert answer.status_code == 200
        await place.inbox.worker.work(place.thread("42"), look=True)

    await act("claim")
    await act("reply", text="How can I help?")
    assert product.said[1:] == ["Ines: How can I help?"]
    await act("resolve")
    assert product.statuses == ["open", "resolved"]
    assert "/handrail/csat/" in product.said[-1]
    await place.inbox.worker.work(place.thread("42"), look=True)
    assert len(product.said) == 3


async def test_a_colleague_who_answers_takes_it_over(shop: Shop) -> None:
    await shop.deliver(shop.message(ANGER))
    omar = {"id": 8, "name": "Omar", "type": "user"}
    for sender, text in ((INES, "Hello"), (omar, "I know more"), (INES, "And I")):
        await shop.deliver(shop.message(text, message_type="outgoing", sender=sender))
    standing = await shop.place.standing("42")
    assert standing.claimed_by == "chatwoot:7"
    assert [m.text for m in standing.messages][-3:] == ["Hello", "I know more", "And I"]
    await shop.deliver(shop.status("resolved", omar))
    assert await shop.place.figures("42", 1) == ("human", "chatwoot")


async def test_an_agent_who_writes_to_the_bots_customer_has_them(shop: Shop) -> None:
    await shop.deliver(shop.message(QUESTION))
    await shop.deliver(shop.message("Let me see", message_type="outgoing", sender=INES))
    await shop.deliver(shop.message(QUESTION))
    assert shop.product.said == [ANSWER]
    assert len(shop.product.notes) == 1
    early = time.time()
    late = shop.message("From before", message_type="outgoing", sender=INES)
    late["created_at"] = early - 10
    await shop.deliver(shop.status("pending"))
    await shop.deliver(late)
    assert (await shop.place.standing("42")).owner == "ai", "a late reply takes nothing over"


async def test_where_chatwoot_says_that_people_have_it_the_bot_is_silent(shop: Shop) -> None:
    def held(text: str) -> dict[str, Any]:
        event = shop.message(text)
        event["conversation"]["status"] = "open"
        return event

    await shop.deliver(held(QUESTION))
    assert shop.product.messages == [], "an inbox without the bot"
    await shop.deliver(shop.message(QUESTION))
    await shop.deliver(held(QUESTION))
    assert shop.product.said == [ANSWER]
    assert len(shop.product.notes) == 1
    standing = await shop.place.standing("42")
    assert standing.owner == "human"
    assert [m.by for m in standing.messages] == ["customer", "us", "customer"]


async def test_nobody_resolving_for_the_bot_is_no_resolution(shop: Shop) -> None:
    await shop.deliver(shop.message(QUESTION))
    await shop.deliver(shop.status("resolved", None))
    assert (await shop.place.standing("42")).owner == "ai"
    assert shop.product.said == [ANSWER]


@pytest.mark.parametrize("kept", [False, True])
async def test_what_seemed_to_fail_goes_out_once(shop: Shop, kept: bool) -> None:
    product = shop.product
    product.failing = [Reply(status=500), Reply(status=429, headers={"retry-after": "0"})]
    product.kept_though_failing = kept
    await shop.deliver(shop.message(QUESTION))
    for _ in range(2):
        await shop.place.inbox.worker.work(shop.place.thread("42"))
    assert product.said == [ANSWER]


async def test_an_answer_does_not_go_out_over_a_person(shop: Shop) -> None:
    shop.product.failing = [Reply(status=500)]
    shop.place.inbox.worker.draw = lambda: 0.02  # of ten seconds
    await shop.deliver(shop.message(QUESTION))
    assert shop.product.said == []
    await shop.deliver(shop.message("I have it", message_type="outgoing", sender=INES))
    await asyncio.sleep(0.3)
    await shop.place.inbox.worker.work(shop.place.thread("42"))
    assert await shop.place.services.channels.next(shop.place.thread("42"), "out") is None
    assert shop.product.said == []


async def test_calls_of_others_are_refused(shop: Shop) -> None:
    body = json.dumps(shop.message(QUESTION)).encode()
    for headers in (
        {}, chatwoot_headers(body, "another"), chatwoot_headers(body, SECRET, age=301),
        chatwoot_headers(body + b" ", SECRET),
    ):  # fmt: skip
        assert (await shop.place.post("chatwoot", body, headers)).status_code == 401
    for broken in (b"no json", b"[]", b'{"event": "message_created"}', b"\xff"):
        headers = chatwoot_headers(broken, SECRET)
        assert (await shop.place.post("chatwoot", broken, headers)).status_code == 422
    for other in ("webwidget_triggered", "conversation_updated"):
        assert await shop.deliver({"event": other}) == 200
    assert (await shop.place.post("slack", b"", {})).status_code == 404
    assert shop.product.messages == []


async def test_an_address_with_a_secret() -> None:
    product = Chatwoot()
    with serving(product.answer) as server:
        client = httpx.AsyncClient()
        shop = Shop(server.url, product, client, path_secret="long and random")
        body = json.dumps(shop.message(QUESTION)).encode()
        for path in ("chatwoot", "chatwoot/long%20and", "chatwoot/%C3%A9"):
            assert (await shop.place.post(path, body, {})).status_code == 401
        assert (await shop.place.post("chatwoot/long%20and%20random", body, {})).status_code == 200
        assert product.said == [ANSWER]
        await client.aclose()


async def test_only_an_identifier_with_a_valid_hmac_is_believed(shop: Shop) -> None:
    def who(**changes: Any) -> Who:
        event = shop.message(QUESTION)
        event["conversation"]["meta"] |= changes
        found = incoming_in(event, 3)
        assert found is not None
        return found.who  # type: ignore[union-attr]

    channel = shop.place.channel
    assert channel.identity(who()).verified
    for changes in ({"hmac_verified": False}, {"hmac_verified": None}, {"sender": None}):
        identity = channel.identity(who(**changes))
        assert (identity.customer_id, identity.verified) == (None, False)
    assert incoming_in(shop.message(QUESTION, account={"id": 4}), 3) is None
    assert incoming_in(shop.message(QUESTION, private=True), 3) is None
    bot = {"id": 1, "name": "Handrail", "type": "agent_bot"}
    assert incoming_in(shop.message(QUESTION, message_type="outgoing", sender=bot), 3) is None
    with pytest.raises(Unreadable):
        incoming_in(shop.message(QUESTION, created_at="yesterday"), 3)
