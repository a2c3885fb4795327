"""A product of anybody's the whole way, by signed webhooks in both directions."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import structlog
from standardwebhooks.webhooks import Webhook
from structlog.testing import capture_logs

from handrail.app.channels.standard_webhook import WebhookChannel
from tests.app.channels.place import ANGER, ANSWER, MORE, QUESTION, Place
from tests.app.channels.products import Hook
from tests.loopback import Reply, serving

SECRET = "whsec_c2VjcmV0IG9mIHRoaXMgdGVzdCwgbG9uZw=="


class Shop:
    """A product, and our side of it."""

    def __init__(self, url: str, product: Hook, client: httpx.AsyncClient) -> None:
        self.product = product
        self.place = Place(WebhookChannel(url, SECRET, client))
        self.number = 0

    def event(self, kind: str, **data: Any) -> dict[str, Any]:
        self.number += 1
        known = {"conversation": "c-1", "id": str(self.number)}
        at = datetime.now(UTC).isoformat()
        return {"type": kind, "timestamp": at, "data": known | data}

    def message(self, text: str, **customer: Any) -> dict[str, Any]:
        who = {"id": "u-1", "customer_id": "cus_ada", "verified": True} | customer
        return self.event("customer.message", text=text, customer=who)

    async def deliver(self, event: dict[str, Any]) -> int:
        body = json.dumps(event)
        now = datetime.now(UTC)
        signature = Webhook(SECRET).sign("msg_1", now, body)
        headers = {
            "webhook-id": "msg_1", "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }  # fmt: skip
        return (await self.place.post("webhook", body.encode(), headers)).status_code


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    product = Hook()
    with serving(product.answer) as server:
        async with httpx.AsyncClient() as client:
            yield Shop(server.url, product, client)
        for seen in server.seen:  # every call of ours is one that the library believes
            Webhook(SECRET).verify(seen.body, seen.headers)


async def test_the_whole_way(shop: Shop) -> None:
    product, place = shop.product, shop.place
    assert await shop.deliver(shop.message(QUESTION)) == 202
    assert product.said() == [ANSWER]
    assert product.events[0][0] == "typing.started"
    [sent] = [data for kind, data in product.events if kind == "message.sent"]
    assert sent["citations"][0]["url"] == "https://help.example/refunds"

    await shop.deliver(shop.message(ANGER))
    [opened] = [data for kind, data in product.events if kind == "handoff.opened"]
    assert opened["handoff"]["reasons"][0]["reason"] == "anger"
    assert opened["handoff"]["channel"] == "webhook"
    assert opened["desk_url"].endswith(opened["handoff"]["id"])

    quiet = len(product.events)
    await shop.deliver(shop.message(MORE))
    await shop.deliver(
        shop.event("agent.reply", text="I am on it", agent={"id": "7", "name": "Ines"})
    )
    assert len(product.events) == quiet
    assert (await place.standing("c-1")).claimed_by == "webhook:7"

    await shop.deliver(shop.event("conversation.holder", holder="bot", agent={"id": "7"}))
    await shop.deliver(shop.message(QUESTION))
    assert product.said()[-1] == ANSWER
    await shop.deliver(shop.event("conversation.holder", holder="resolved", agent={"id": "7"}))
    kind, survey = product.events[-1]
    assert kind == "survey.offered"
    assert survey["url"] in survey["text"]
    assert product.kinds() == [
        "message.sent", "message.sent", "handoff.opened", "message.sent", "survey.offered",
    ]  # fmt: skip
    assert await place.figures("c-1", 2) == ("ai", "webhook")


async def test_a_person_resolves_what_the_ai_had_answered(shop: Shop) -> None:
    for text in (QUESTION, ANGER):
        await shop.deliver(shop.message(text))
    for _ in range(2):
        settled = shop.event("conversation.holder", holder="resolved", agent={"id": "7"})
        await shop.deliver(settled)
    assert await shop.place.figures("c-1", 1) == ("ai_then_human", "webhook")
    assert shop.product.kinds().count("survey.offered") == 1


async def test_a_product_that_is_down_gets_everything_later_in_order(shop: Shop) -> None:
    shop.product.failing = [Reply(status=503), Reply(status=503, delay=0.2)]
    await shop.deliver(shop.message(QUESTION))
    await shop.deliver(shop.message(ANGER))
    await shop.place.inbox.worker.work(shop.place.thread("c-1"))
    assert shop.product.kinds() == ["message.sent", "message.sent", "handoff.opened"]
    assert shop.product.said()[0] == ANSWER


async def test_the_body_says_who_is_verified_and_a_secret_in_it_is_kept_nowhere(shop: Shop) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    with capture_logs() as logged:
        await shop.deliver(shop.message("My card is 4111 1111 1111 1111", verified=False))
    standing = await shop.place.standing("c-1")
    assert "4111" not in standing.messages[0].text
    assert "4111" not in repr(logged)
    trail = await shop.place.services.audit.list(shop.place.thread("c-1"))
    assert [e.payload["verified"] for e in trail if "verified" in e.payload] in ([], [False])


async def test_calls_of_others_are_refused_and_logged_without_their_body(shop: Shop) -> None:
    body = json.dumps(shop.message(QUESTION))
    old = datetime.now(UTC) - timedelta(seconds=301)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    with capture_logs() as logged:
        for at, secret in ((datetime.now(UTC), "whsec_b3RoZXI="), (old, SECRET)):
            headers = {
                "webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": Webhook(secret).sign("msg_1", at, body),
            }  # fmt: skip
            assert (await shop.place.post("webhook", body.encode(), headers)).status_code == 401
        assert (await shop.place.post("webhook", body.encode(), {})).status_code == 401
    assert [line["event"] for line in logged] == ["channel_refused"] * 3
    assert QUESTION not in repr(logged)
    for broken in (
        {}, {"type": "customer.message"}, shop.event("customer.message", text="x"),
        shop.event("agent.reply", text="x"), shop.event("conversation.holder"),
        shop.event("conversation.holder", holder="nobody"), shop.message("x", verified="yes"),
    ):  # fmt: skip
        assert await shop.deliver(broken) == 422
    assert await shop.deliver(shop.event("something.else")) == 202
    too_long = b"x" * 1_000_001
    assert (await shop.place.post("webhook", too_long, {})).status_code == 413
    assert shop.product.events == []
