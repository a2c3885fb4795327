"""What every adapter of Orders keeps to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, event

from handrail.tools.errors import BackendDown, OrderNotFound
from handrail.tools.orders.protocol import Order, OrderItem, Orders
from handrail.tools.orders.sql import SqlOrders

TENT_AND_LAMPS = Order(
    number="FH-10421",
    status="shipped",
    placed_on=date(2026, 2, 26),
    items=(OrderItem("Ridge tent", 1, Decimal("249.99")), OrderItem("Lamp", 2, Decimal(19))),
    carrier="DHL",
    tracking="JD0001",
    expected_on=date(2026, 3, 3),
    delivered_on=None,
)


@pytest.fixture
def orders(engine: Engine) -> Orders:
    return SqlOrders(engine)


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "typed",
    ["FH-10421", "fh-10421", "FH10421", " #fh 10421 ", "10421", "#10421"],
)
async def test_a_number_is_found_however_it_is_typed(orders: Orders, typed: str) -> None:
    assert await orders.find("ada", typed) == TENT_AND_LAMPS


async def test_letters_decide_where_the_digits_fit_two_orders(orders: Orders) -> None:
    assert (await orders.find("ada", "gb-10400")).status == "cancelled"
    assert (await orders.find("ada", "FH 10400")).status == "delivered"
    with pytest.raises(OrderNotFound):
        await orders.find("ada", "10400")


@pytest.mark.parametrize("typed", ["FH-", "", "%", "abc", "421", "FH-99999", "_0421_9"])
async def test_what_only_looks_like_the_number_is_not_found(orders: Orders, typed: str) -> None:
    with pytest.raises(OrderNotFound):
        await orders.find("ada", typed)


@pytest.mark.parametrize(
    ("foreign", "missing"), [("FH-20001", "FH-99999"), ("20001", "99999"), ("0001", "9999")]
)
async def test_anothers_order_and_a_missing_one_are_the_same(
    orders: Orders, engine: Engine, foreign: str, missing: str
) -> None:
    errors: list[OrderNotFound] = []
    queries: list[list[str]] = []
    for typed in (foreign, missing):
        with statements_of(engine) as seen, pytest.raises(OrderNotFound) as caught:
            await orders.find("ada", typed)
        errors.append(caught.value)
        queries.append(seen)
    assert queries[0] == queries[1]
    assert len(queries[0]) == 1  # the customer's orders with their items
    assert str(errors[0]).replace(foreign, missing) == str(errors[1])
    assert vars(errors[0]) == {"number": foreign}
    assert vars(errors[1]) == {"number": missing}
    assert errors[0].__cause__ is errors[0].__context__ is None


async def test_a_customer_has_their_own_orders_newest_first(orders: Orders) -> None:
    assert [order.number for order in await orders.for_customer("ada")] == [
        "FH-10421", "FH-10400", "GB-10400",
    ]  # fmt: skip
    assert [order.number for order in await orders.for_customer("bo")] == ["FH-20001"]
    assert await orders.for_customer("cy") == []
    assert await orders.for_customer("nobody") == []


async def test_a_database_that_fails_is_backend_down(engine: Engine, orders: Orders) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE order_items")
        connection.exec_driver_sql("DROP TABLE orders")
    with pytest.raises(BackendDown, match="Reading a customer's orders failed"):
        await orders.find("ada", "10421")
    with pytest.raises(BackendDown, match="Reading a customer's orders failed"):
        await orders.for_customer("ada")
