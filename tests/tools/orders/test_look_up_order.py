from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from handrail.models.answers import word_order
from handrail.models.wording import Wording
from handrail.tools.asker import Asker
from handrail.tools.effect import Effect
from handrail.tools.errors import BackendDown, OrderNotFound
from handrail.tools.orders.protocol import Order
from handrail.tools.orders.sql import SqlOrders
from handrail.tools.orders.tool import order_tool


class OrdersOf:
    """Orders kept in a list, all of one customer."""

    def __init__(self, *orders: Order) -> None:
        self._orders = list(orders)

    async def for_customer(self, customer_id: str) -> list[Order]:
        assert customer_id == "ada"
        return self._orders

    async def find(self, customer_id: str, number: str) -> Order:
        raise OrderNotFound(number)


def order(number: int, status: Any = "delivered") -> Order:
    return Order(f"FH-{number}", status, date(2026, 1, 1), (), None, None, None, None)


async def call(tool: Any, **arguments: Any) -> dict[str, Any]:
    return dict(json.loads(await tool.ainvoke(arguments)))


async def test_an_order_is_returned_as_plain_json(engine: Engine, ada: Asker) -> None:
    assert await call(order_tool(ada, SqlOrders(engine)), order_number="10421") == {
        "outcome": "found",
        "order_number": "10421",
        "order": {
            "number": "FH-10421",
            "status": "shipped",
            "placed_on": "2026-02-26",
            "items": [
                {"name": "Ridge tent", "quantity": 1, "price": "249.99"},
                {"name": "Lamp", "quantity": 2, "price": "19.00"},
            ],
            "currency": "EUR",
            "carrier": "DHL",
            "tracking": "JD0001",
            "expected_on": "2026-03-03",
            "delivered_on": None,
        },
        "orders": [],
    }


async def test_anothers_order_and_a_missing_one_read_the_same(engine: Engine, ada: Asker) -> None:
    tool = order_tool(ada, SqlOrders(engine))
    foreign = await tool.ainvoke({"order_number": "FH-20001"})
    missing = await tool.ainvoke({"order_number": "FH-99999"})
    assert foreign.replace("20001", "99999") == missing
    assert json.loads(missing)["outcome"] == "not_found"
    for language in ("en", "es", "fr", "de", "pt", "it", "nl"):
        said = [
            word_order(Wording(), json.loads(result), language).text
            for result in (foreign, missing)
        ]
        assert said[0].replace("20001", "99999") == said[1]
        assert "99999" in said[1]


@pytest.mark.parametrize(
    ("orders", "outcome", "number"),
    [
        ([], "no_orders", None),
        ([order(1)], "found", "FH-1"),
        ([order(2), order(1, "shipped")], "found", "FH-1"),
        ([order(2), order(1)], "choose", None),
        ([order(2, "packed"), order(1, "shipped")], "choose", None),
    ],
)
async def test_without_a_number_the_only_or_the_only_open_order_is_meant(
    ada: Asker, orders: list[Order], outcome: str, number: str | None
) -> None:
    result = await call(order_tool(ada, OrdersOf(*orders)))
    assert result["outcome"] == outcome
    assert (result["order"] or {}).get("number") == number


async def test_a_slip_of_the_hand_is_asked_about_with_the_customers_own_order(
    engine: Engine, ada: Asker
) -> None:
    result = await call(order_tool(ada, SqlOrders(engine)), order_number="10412")
    assert (result["outcome"], result["order_number"]) == ("did_you_mean", "10412")
    assert result["order"]["number"] == "FH-10421"
    for language in ("en", "es", "fr", "de", "pt", "it", "nl"):
        answer = word_order(Wording(), result, language)
        assert "10412" in answer.text
        assert answer.text.count("FH-10421") == 2  # the question, and where it is
        assert (answer.asked, answer.offered) == ("order_number", ["FH-10421"])


LATE = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("home", "theirs", "day"),
    [
        ("UTC", None, "2026-03-02"),
        ("Europe/Berlin", None, "2026-03-03"),
        ("Europe/Berlin", "America/New_York", "2026-03-02"),
        ("UTC", "Asia/Tokyo", "2026-03-03"),
        ("Europe/Berlin", "Middle/Earth", "2026-03-03"),
        ("Europe/Berlin", "../../etc/passwd", "2026-03-03"),
    ],
)
async def test_an_instant_is_told_as_the_day_it_is_where_the_customer_lives(
    ada: Asker, home: str, theirs: str | None, day: str
) -> None:
    one = replace(order(1, "shipped"), expected_on=LATE, placed_on=date(2026, 1, 1))
    asker = replace(ada, time_zone=theirs, home_zone=home)
    found = (await call(order_tool(asker, OrdersOf(one))))["order"]
    assert (found["expected_on"], found["placed_on"]) == (day, "2026-01-01")


async def test_at_most_five_are_offered_the_newest(ada: Asker) -> None:
    result = await call(order_tool(ada, OrdersOf(*(order(n) for n in range(9, 0, -1)))))
    assert [one["number"] for one in result["orders"]] == [f"FH-{n}" for n in (9, 8, 7, 6, 5)]


@pytest.mark.parametrize("typed", [None, "10421", "FH-99999"])
@pytest.mark.parametrize(("customer_id", "verified"), [(None, False), ("ada", False), (None, True)])
async def test_nobody_unverified_learns_anything(
    engine: Engine, ada: Asker, customer_id: str | None, verified: bool, typed: str | None
) -> None:
    asker = replace(ada, customer_id=customer_id, verified=verified)
    assert await call(order_tool(asker, SqlOrders(engine)), order_number=typed) == {
        "outcome": "not_verified", "order_number": typed, "order": None, "orders": [],
        "code": "not_offered", "account_named": customer_id is not None,
    }  # fmt: skip


async def test_an_identity_among_the_arguments_counts_for_nothing(
    engine: Engine, ada: Asker, visitor: Asker
) -> None:
    claim = {"customer_id": "bo", "verified": True, "asker": {"customer_id": "bo"}}
    orders = SqlOrders(engine)
    assert (await call(order_tool(ada, orders), order_number="20001", **claim))["outcome"] == (
        "not_found"
    )
    assert (await call(order_tool(visitor, orders), **claim))["outcome"] == "not_verified"


async def test_a_number_given_as_a_number_or_as_blank_is_understood(
    engine: Engine, ada: Asker
) -> None:
    tool = order_tool(ada, SqlOrders(engine))
    assert (await call(tool, order_number=10421))["order"]["number"] == "FH-10421"
    assert (await call(tool, order_number="  "))["order"]["number"] == "FH-10421"


async def test_bad_arguments_are_explained_without_repeating_them(ada: Asker) -> None:
    result = await call(order_tool(ada, OrdersOf()), order_number="9" * 41)
    assert result["outcome"] == "bad_arguments"
    assert result["problems"][0].startswith("order_number: ")
    assert "999" not in str(result)


async def test_a_failing_backend_stops_the_run(engine: Engine, ada: Asker) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE order_items")
        connection.exec_driver_sql("DROP TABLE orders")
    with pytest.raises(BackendDown):
        await order_tool(ada, SqlOrders(engine)).ainvoke({})


def test_it_says_that_it_only_reads(ada: Asker) -> None:
    assert order_tool(ada, OrdersOf()).effect is Effect.READ
