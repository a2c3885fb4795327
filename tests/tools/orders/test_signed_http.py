"""Orders behind the shop's own endpoint: signed, checked, and never somebody else's."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from handrail.tools.backends.address import service_address
from handrail.tools.backends.http import HttpBackend
from handrail.tools.backends.signed import SignedBackend, verify_call
from handrail.tools.errors import BackendDown, OrderNotFound
from handrail.tools.orders.protocol import Order, OrderItem
from handrail.tools.orders.signed_http import SignedHttpOrders
from tests.loopback import Loopback, Reply, Seen, serving

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
OLD = {"customer_id": "ada", "number": "10400", "status": "delivered", "placed_on": "2026-01-01"}
NEW = {
    "customer_id": "ada", "number": "10421", "status": "shipped", "currency": "SEK",
    "placed_on": "2026-03-01T23:30:00Z", "expected_on": "2026-03-04", "carrier": "PostNord",
    "tracking": "PN1", "items": [{"name": "Tent", "price": "249.99"}], "unasked": True,
}  # fmt: skip


def shop_of(*orders: dict[str, Any]) -> Any:
    """Answer as a host does: check the signature, then give that customer's orders."""

    def answer(call: Seen) -> Reply:
        data = verify_call(
            SECRET, call.method, call.path, call.headers, call.body, now=datetime.now(UTC)
        )
        return Reply(
            {"orders": [one for one in orders if one["customer_id"] == data["customer_id"]]}
        )

    return answer


def orders_at(shop: Loopback) -> SignedHttpOrders:
    backend = HttpBackend("the shop's service", service_address(shop.url, "the shop"))
    return SignedHttpOrders(SignedBackend(backend, SECRET))


async def test_orders_are_read_newest_first() -> None:
    with serving(shop_of(OLD, NEW, {**OLD, "customer_id": "bo", "number": "1"})) as shop:
        orders = orders_at(shop)
        newest, oldest = await orders.for_customer("ada")
        assert newest == Order(
            number="10421", status="shipped", placed_on=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
            items=(OrderItem("Tent", 1, Decimal("249.99")),), carrier="PostNord", tracking="PN1",
            expected_on=date(2026, 3, 4), delivered_on=None, currency="SEK",
        )  # fmt: skip
        assert (oldest.number, oldest.placed_on) == ("10400", date(2026, 1, 1))
        assert await orders.find("ada", "#10421") == newest
        assert await orders.for_customer("cy") == []
        with pytest.raises(OrderNotFound):
            await orders.find("ada", "99999")
    assert {call.path for call in shop.seen} == {"/orders"}
    assert not any(b"99999" in call.body for call in shop.seen)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"orders": [NEW, {**OLD, "customer_id": "bo"}]}, "an order of another customer"),
        ({"orders": [{**NEW, "status": "teleported"}]}, "orders.0.status"),
        ({"orders": [{**NEW, "placed_on": "2026-03-01T10:00:00"}]}, "orders.0.placed_on"),
        ({"orders": [{"number": "1", "status": "shipped"}]}, "orders.0.customer_id"),
        ({"orders": None}, "orders: "),
        ([], "another shape"),
        ("fine", "another shape"),
    ],
)
async def test_an_answer_that_cannot_be_trusted_goes_to_a_person(given: Any, told: str) -> None:
    with serving(lambda _: Reply(given)) as shop, pytest.raises(BackendDown) as caught:
        await orders_at(shop).for_customer("ada")
    assert told in caught.value.tried[0]
    assert caught.value.tried[0].startswith("look_up_order at the shop's service: ")
    assert not {"teleported", "10421", "ada"} & set(str(caught.value).split())
    assert len(shop.seen) == 1
