"""Shopify's Admin GraphQL API, as a server of ours that speaks its documented shapes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from handrail.tools.backends.address import service_address
from handrail.tools.backends.http import HttpBackend
from handrail.tools.errors import BackendDown, OrderNotFound
from handrail.tools.orders.protocol import OrderItem
from handrail.tools.orders.shopify import ShopifyOrders
from tests.loopback import Loopback, Reply, Seen, script, serving

COST = {
    "requestedQueryCost": 760, "actualQueryCost": None,
    "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 560, "restoreRate": 100.0},
}  # fmt: skip
THROTTLED = Reply(
    {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": COST},
    }
)


def parcel(status: str | None, **more: Any) -> dict[str, Any]:
    return {
        "displayStatus": status, "estimatedDeliveryAt": None, "deliveredAt": None,
        "trackingInfo": [{"company": "DHL", "number": "JD1"}], **more,
    }  # fmt: skip


def order(name: str = "#1001", *parcels: dict[str, Any], **more: Any) -> dict[str, Any]:
    money = {"shopMoney": {"amount": "19.90", "currencyCode": "GBP"}}
    return {
        "name": name, "createdAt": "2026-03-01T23:30:00Z", "cancelledAt": None,
        "currencyCode": "GBP", "returnStatus": "NO_RETURN",
        "displayFulfillmentStatus": "FULFILLED" if parcels else "UNFULFILLED",
        "customer": {"id": "gid://shopify/Customer/7"},
        "lineItems": {"nodes": [{"name": "Lamp", "quantity": 2, "originalUnitPriceSet": money}]},
        "fulfillments": list(parcels), **more,
    }  # fmt: skip


def page(*orders: dict[str, Any], then: str | None = None) -> Reply:
    info = {"hasNextPage": then is not None, "endCursor": then}
    cost = {**COST, "actualQueryCost": 12}
    return Reply(
        {
            "data": {"orders": {"pageInfo": info, "nodes": list(orders)}},
            "extensions": {"cost": cost},
        }
    )


class Naps:
    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def orders_at(shop: Loopback, sleep: Any = None) -> ShopifyOrders:
    backend = HttpBackend("Shopify", service_address(shop.url, "Shopify"), sleep=sleep or Naps())
    return ShopifyOrders(backend, "shpat_test", "2026-07")


async def test_it_asks_as_documented_and_never_sends_what_was_typed() -> None:
    with serving(script(page(order()))) as shop, pytest.raises(OrderNotFound):
        await orders_at(shop).find("7", '5555" OR customer_id:8')
    (call,) = shop.seen
    assert (call.method, call.path) == ("POST", "/admin/api/2026-07/graphql.json")
    assert call.headers["x-shopify-access-token"] == "shpat_test"
    assert call.json()["variables"] == {"owner": "customer_id:7", "after": None}
    assert b"5555" not in call.body


async def test_an_order_is_read_with_its_instants_and_its_currency() -> None:
    due = "2026-03-04T12:00:00Z"
    sent = order("#1001", parcel("IN_TRANSIT", estimatedDeliveryAt=due))
    with serving(script(page(sent))) as shop:
        found = await orders_at(shop).find("gid://shopify/Customer/7", "1001")
    assert (found.status, found.carrier, found.tracking) == ("shipped", "DHL", "JD1")
    assert found.placed_on == datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert found.expected_on == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert (found.currency, found.items) == ("GBP", (OrderItem("Lamp", 2, Decimal("19.90")),))


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (order(), "processing"),
        (order("#1", parcel("LABEL_PRINTED")), "packed"),
        (order("#1", parcel(None)), "shipped"),
        (order("#1", parcel("IN_TRANSIT"), parcel("DELIVERED")), "shipped"),
        (order("#1", parcel("OUT_FOR_DELIVERY")), "out_for_delivery"),
        (order("#1", parcel("DELIVERED"), parcel("CANCELED")), "delivered"),
        (
            order("#1", parcel("DELIVERED"), displayFulfillmentStatus="PARTIALLY_FULFILLED"),
            "shipped",
        ),
        (order("#1", parcel("CANCELED")), "processing"),
        (order("#1", parcel("DELIVERED"), returnStatus="RETURNED"), "returned"),
        (order("#1", cancelledAt="2026-03-02T00:00:00Z"), "cancelled"),
    ],
)
async def test_its_statuses_become_ours(given: dict[str, Any], status: str) -> None:
    with serving(script(page(given))) as shop:
        (found,) = await orders_at(shop).for_customer("7")
    assert found.status == status


async def test_pages_are_followed_and_end() -> None:
    def answer(call: Seen) -> Reply:
        at = int(call.json()["variables"]["after"] or 0)
        return page(order(f"#{9000 - at}"), then=str(at + 1))

    with serving(answer) as shop:
        found = await orders_at(shop).for_customer("7")
    assert [one.number for one in found] == ["#9000", "#8999", "#8998"]
    assert len(shop.seen) == 3


async def test_throttled_it_waits_until_the_bucket_holds_enough() -> None:
    naps = Naps()
    with serving(script(THROTTLED, page(order()))) as shop:
        assert len(await orders_at(shop, naps).for_customer("7")) == 1
    assert naps.taken == [2.0]  # (760 - 560) / 100


FOREIGN = order("#1", customer={"id": "gid://shopify/Customer/8"})


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (THROTTLED, "throttled us, 3 times"),
        (page(order(), FOREIGN), "an order that is not this customer's"),
        (page(order("#1", customer=None)), "an order that is not this customer's"),
        (
            Reply({"errors": [{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}]}),
            "answered with the error ACCESS_DENIED",
        ),
        (Reply({"errors": "[API] Invalid API key"}, status=401), "answered 401"),
        (Reply({"errors": [{"message": "Field 'x' is secret"}]}), "the error without a code"),
        (Reply({"data": {"orders": None}}), "its answer has another shape (data.orders: "),
    ],
)
async def test_what_goes_wrong_is_told_of(reply: Reply, told: str) -> None:
    with serving(script(reply)) as shop, pytest.raises(BackendDown) as caught:
        await orders_at(shop).for_customer("7")
    assert told in caught.value.tried[0]
    assert "shpat_test" not in str(caught.value) + str(caught.value.tried)


@pytest.mark.parametrize("customer", ["ada", "7 OR 8", "", "gid://shopify/Customer/7 8", "٧"])
async def test_an_id_that_is_not_shopifys_is_never_sent(customer: str) -> None:
    with serving(script(page(order()))) as shop, pytest.raises(BackendDown) as caught:
        await orders_at(shop).for_customer(customer)
    assert shop.seen == []
    assert "no id of Shopify" in caught.value.tried[0]
