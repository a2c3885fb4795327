"""Whatever order a product's calls come in, and however often, what comes of them is the same.

The calls are those of each product, signed and sent to its route; tests/app/channels/test_order.py
plays the same without a product, over more orders.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.channels import test_chatwoot, test_slack, test_webhook
from tests.app.channels.place import ANGER, MORE, QUESTION
from tests.app.channels.products import Chatwoot, Hook, Slack
from tests.loopback import serving

SETTLE = timedelta(seconds=0.05)
THANKS, REPLY = "Thank you", "I am on it"
Event = dict[str, Any]
Windows = Iterator[list[Event]]


@dataclass
class Product:
    """One product: how to open our side of it, its calls, and what it was told."""

    server: Callable[[], Any]
    shop: Callable[[str, Any, httpx.AsyncClient], Any]
    windows: Callable[[Any], Windows]  # in each, the calls that may overtake one another
    talk: Callable[[Any], str]
    told: Callable[[Any], Any]


def chatwoot(shop: Any) -> Windows:
    """Give the calls of one window after the other, each made when its time has come."""
    yield [shop.message(QUESTION)]
    yield [shop.message(ANGER)]
    reply = shop.message(REPLY, message_type="outgoing", sender=test_chatwoot.INES)
    yield [shop.message(MORE), reply, shop.message(THANKS)]
    yield [shop.status("pending"), shop.message(QUESTION)]
    yield [shop.status("resolved")]


def slack(shop: Any) -> Windows:
    first = shop.message(QUESTION, ts=test_slack.ROOT)
    del first["event"]["thread_ts"]
    yield [first]
    yield [shop.message(ANGER)]
    yield [shop.message(MORE), shop.message(REPLY, "UINES"), shop.message(THANKS)]
    yield [shop.message("!back", "UINES"), shop.message(QUESTION)]
    yield [shop.message("!resolve", "UINES")]


def webhook(shop: Any) -> Windows:
    ines = {"id": "7", "name": "Ines"}
    yield [shop.message(QUESTION)]
    yield [shop.message(ANGER)]
    reply = shop.event("agent.reply", text=REPLY, agent=ines)
    yield [shop.message(MORE), reply, shop.message(THANKS)]
    yield [shop.event("conversation.holder", holder="bot", agent=ines), shop.message(QUESTION)]
    yield [shop.event("conversation.holder", holder="resolved", agent=ines)]


PRODUCTS = {
    "chatwoot": Product(
        Chatwoot, test_chatwoot.Shop, chatwoot, lambda _: "42",
        lambda product: (product.said, len(product.notes), product.statuses),
    ),
    "slack": Product(
        Slack, lambda url, product, _: test_slack.Shop(url, product), slack, lambda shop: shop.talk,
        lambda product: (product.texts("CSUPPORT"), len(product.texts("CDESK"))),
    ),
    "webhook": Product(
        Hook, test_webhook.Shop, webhook, lambda _: "c-1",
        lambda product: (product.said(), product.kinds()),
    ),
}  # fmt: skip


@asynccontextmanager
async def opened(product: Product):
    there = product.server()
    with serving(there.answer) as server:
        async with httpx.AsyncClient() as client:
            shop = product.shop(server.url, there, client)
            shop.place.inbox.settle = SETTLE
            yield shop, there
            await shop.place.http.aclose()


async def outcome(product: Product, mixed: Callable[[Windows], Windows]) -> str:
    """Deliver the calls of each window at once, in this order; return what came of all."""
    async with opened(product) as (shop, there):
        for window in mixed(product.windows(shop)):
            calls: list[Awaitable[int]] = [shop.deliver(event) for event in window]
            statuses = await asyncio.gather(*calls)
            assert set(statuses) <= {200, 202}, statuses
            await shop.place.inbox.settled()
        standing = await shop.place.standing(product.talk(shop))
        came = {
            "transcript": [(m.by, m.text.split("/handrail/csat/")[0]) for m in standing.messages],
            "owner": standing.owner,
            "packets": len(await shop.place.services.handoffs.list()),
            "told": product.told(there),
        }
        return json.dumps(came, default=str).partition("/handrail/csat/")[0]


@pytest.fixture(scope="module", params=PRODUCTS)
def product(request):
    return PRODUCTS[request.param]


@pytest.fixture(scope="module")
def in_order(product):
    return asyncio.run(outcome(product, lambda windows: windows))


def test_in_order_it_is_what_it_should_be(product, in_order):
    assert '"owner": "closed", "packets": 1' in in_order
    assert in_order.count(f'"{MORE}"') == in_order.count(f'"{REPLY}"') == 1


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_repeats_and_disorder_change_nothing(product, in_order, data):
    def mixed(windows: Windows) -> Windows:
        known: list[Event] = []
        for window in windows:
            known += window
            again = data.draw(st.lists(st.sampled_from(range(len(known))), max_size=3))
            new = range(len(known) - len(window), len(known))
            yield [known[place] for place in data.draw(st.permutations([*new, *again]))]

    assert asyncio.run(outcome(product, mixed)) == in_order
