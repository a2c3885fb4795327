"""A shop's own tables are read as they are, in SQLite and PostgreSQL, and never written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from handrail.tools.errors import BackendDown, OrderNotFound
from handrail.tools.orders.configuration import SqlMapping
from handrail.tools.orders.mapped_sql import MappedSqlOrders, open_shop_database
from handrail.tools.orders.protocol import Order, OrderItem
from tests.postgres import own_database
from tests.tools.orders.test_orders import statements_of

SHARED = Path(__file__).parents[4] / "shared" / "data" / "tau_retail"
SCHEMA = [
    (
        'CREATE TABLE "Bestell Köpfe" ("Beleg-Nr" VARCHAR(20), "select" INTEGER, "Zustand" VARCHAR(20),'
        ' angelegt TIMESTAMP, "versand" TEXT, soll DATE, waehrung VARCHAR(3))'
    ),
    (
        'CREATE TABLE "order" (id INTEGER PRIMARY KEY, beleg VARCHAR(20), "group" TEXT, "menge" INTEGER,'
        " preis INTEGER)"
    ),
    (
        "INSERT INTO \"Bestell Köpfe\" VALUES ('A-10421', 7, 'Unterwegs', '2026-03-01 23:30:00',"
        ' \'{"wer": "DHL", "nr": ["JD01"]}\', \'2026-03-04\', \'CHF\')'
    ),
    (
        "INSERT INTO \"Bestell Köpfe\" VALUES ('A-10400', 7, 'ZUGESTELLT', '2026-01-01 08:00:00',"
        " NULL, NULL, NULL)"
    ),
    "INSERT INTO \"Bestell Köpfe\" VALUES ('A-20001', 8, 'Unterwegs', NULL, NULL, NULL, NULL)",
    "INSERT INTO \"order\" VALUES (2, 'A-10421', 'Lamp', 2, 1900)",
    "INSERT INTO \"order\" VALUES (1, 'A-10421', 'Tent; DROP TABLE x', 1, 24999)",
    "INSERT INTO \"order\" VALUES (3, 'A-20001', 'Cup', 1, 500)",
]
AWKWARD: dict[str, Any] = {
    "kind": "sql",
    "url_env": "SHOP_DATABASE_URL",
    "table": "Bestell Köpfe",
    "columns": {
        "number": "Beleg-Nr", "customer_id": "select", "status": "Zustand", "placed_on": "angelegt",
        "carrier": ["versand", "wer"], "tracking": ["versand", "nr", 0], "expected_on": "soll",
        "currency": "waehrung",
    },
    "status": {"unterwegs": "shipped", "zugestellt": "delivered"},
    "items": {
        "table": "order", "order": "beleg", "key": "Beleg-Nr", "name": "group",
        "quantity": "menge", "price": "preis",
    },
    "prices_in_cents": True,
}  # fmt: skip
NEWEST = Order(
    number="A-10421",
    status="shipped",
    placed_on=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
    items=(
        OrderItem("Tent; DROP TABLE x", 1, Decimal("249.99")),
        OrderItem("Lamp", 2, Decimal(19)),
    ),
    carrier="DHL",
    tracking="JD01",
    expected_on=date(2026, 3, 4),
    delivered_on=None,
    currency="CHF",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'shop.db'}"
    else:
        with own_database() as address:
            yield address


@pytest.fixture
def shop(url: str) -> Iterator[Engine]:
    writer = create_engine(url)
    with writer.begin() as connection:
        for statement in SCHEMA:
            connection.exec_driver_sql(statement)
    writer.dispose()
    reader = open_shop_database(url)
    yield reader
    reader.dispose()


def mapped(shop: Engine, **changed: Any) -> MappedSqlOrders:
    return MappedSqlOrders(shop, SqlMapping.model_validate({**AWKWARD, **changed}))


async def test_an_awkward_schema_is_read(shop: Engine) -> None:
    orders = mapped(shop)
    first, second = await orders.for_customer("7")
    assert first == NEWEST
    assert (second.number, second.status, second.currency) == ("A-10400", "delivered", "EUR")
    assert await orders.find("7", "10421") == NEWEST
    for nobody in ("9", "ada", "07", "7 OR 1=1", ""):
        assert await orders.for_customer(nobody) == []


async def test_anothers_order_and_a_missing_one_take_the_same_statements(shop: Engine) -> None:
    orders = mapped(shop)
    await orders.for_customer("7")  # looks the tables up
    queries = []
    for typed in ("A-20001", "A-99999"):
        with statements_of(shop) as seen, pytest.raises(OrderNotFound) as caught:
            await orders.find("7", typed)
        queries.append(seen)
        assert vars(caught.value) == {"number": typed}
    assert queries[0] == queries[1]


async def test_nothing_can_be_written(shop: Engine) -> None:
    with pytest.raises(Exception, match=r"read-?only"), shop.begin() as connection:
        connection.execute(text("INSERT INTO \"order\" VALUES (9, 'A-10421', 'x', 1, 1)"))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"table": "Nowhere"}, "there is no table 'Nowhere'"),
        ({"items": {**AWKWARD["items"], "price": "netto"}}, "has no column 'netto'"),
        ({"columns": {**AWKWARD["columns"], "tracking": "paket"}}, "has no column 'paket'"),
        ({"status": {"zugestellt": "delivered"}}, "the map has no word 'Unterwegs'"),
        ({"columns": {**AWKWARD["columns"], "expected_on": "Zustand"}}, "columns.expected_on"),
        ({"columns": {**AWKWARD["columns"], "carrier": ["Zustand", "wer"]}}, "should hold JSON"),
    ],
)
async def test_a_mapping_that_does_not_fit_says_where(
    shop: Engine, changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(BackendDown) as caught:
        await mapped(shop, **changed).for_customer("7")
    assert told in caught.value.what
    assert "HANDRAIL_ORDERS" in caught.value.mend
    assert told in caught.value.tried[0]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the tau-bench retail data is not here")
async def test_the_records_of_tau_bench_are_read(url: str) -> None:
    records = json.loads((SHARED / "orders.json").read_text(encoding="utf-8")).values()
    writer = create_engine(url)
    with writer.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE sales (order_id VARCHAR(20) PRIMARY KEY, user_id VARCHAR(60),"
            " status VARCHAR(40), items TEXT, fulfillments TEXT)"
        )
        connection.execute(
            text("INSERT INTO sales VALUES (:order_id, :user_id, :status, :items, :fulfillments)"),
            [
                {
                    "order_id": one["order_id"], "user_id": one["user_id"],
                    "status": one["status"], "items": json.dumps(one["items"]),
                    "fulfillments": json.dumps(one["fulfillments"]),
                }
                for one in records
            ],
        )  # fmt: skip
    writer.dispose()
    mapping = {
        "kind": "sql", "url_env": "X", "table": "sales", "currency": "USD",
        "columns": {
            "number": "order_id", "customer_id": "user_id", "status": "status",
            "tracking": ["fulfillments", 0, "tracking_id", 0],
        },
        "status": {
            "pending": "processing", "processed": "packed", "delivered": "delivered",
            "cancelled": "cancelled",
        },
        "items": {"column": "items", "name": "name", "price": "price"},
    }  # fmt: skip
    shop = open_shop_database(url)
    orders = MappedSqlOrders(shop, SqlMapping.model_validate(mapping))
    by_owner: dict[str, list[dict[str, Any]]] = {}
    for one in records:
        by_owner.setdefault(one["user_id"], []).append(one)
    for owner, theirs in list(by_owner.items())[:60]:
        found = {order.number: order for order in await orders.for_customer(owner)}
        assert found.keys() == {one["order_id"] for one in theirs}
        for one in theirs:
            order = found[one["order_id"]]
            assert [item.price for item in order.items] == [
                Decimal(str(item["price"])) for item in one["items"]
            ]
            sent = [number for parcel in one["fulfillments"] for number in parcel["tracking_id"]]
            assert order.tracking == (sent[0] if sent else None)
            assert await orders.find(owner, one["order_id"].lstrip("#W")) == order
    shop.dispose()
