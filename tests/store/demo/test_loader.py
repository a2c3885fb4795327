from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from handrail.store.base import Base
from handrail.store.customers.sql import CustomerRow, SqlCustomers
from handrail.store.demo.loader import load_company
from handrail.store.demo.rows import BadCompany
from handrail.store.shop import OrderRow

COMPANY = """
company: Fernhill
customers:
  - {id: c-1, name: Ada Quill, email: Ada@example.org, locale: en, vip: true, account_manager: Noor}
  - {id: c-2, name: Bo Reed, email: bo@example.org, locale: de, vip: false, phone: "+49 1"}
orders:
  - number: FH-10421
    customer: c-1
    placed_days_ago: 3
    status: shipped
    items:
      - {name: Ridge tent, quantity: 1, price_eur: 249.99}
      - {name: Lamp, quantity: 2, price_eur: 19}
    carrier: DHL
    tracking: JD0001
    expected_in_days: 2
  - number: FH-10400
    customer: c-1
    placed_days_ago: 40
    status: delivered
    items: [{name: Pan, quantity: 1, price_eur: 35.5}]
    delivered_days_ago: 36
"""
TODAY = date(2026, 3, 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "company.yaml"
    path.write_text(COMPANY, encoding="utf-8")
    return path


def contents(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(table))]
            for name, table in Base.metadata.tables.items()
        }


async def test_customers_and_orders_arrive_with_dates_counted_from_today(
    engine: Engine, file: Path
) -> None:
    load_company(engine, file, today=TODAY)
    customer = await SqlCustomers(engine).get("c-1")
    assert customer is not None
    assert (customer.vip, customer.account_manager, customer.phone) == (True, "Noor", None)
    with Session(engine) as session:
        order = session.get_one(OrderRow, "FH-10421")
        assert (order.placed_on, order.expected_on) == (date(2026, 2, 26), date(2026, 3, 3))
        assert [(item.name, item.quantity, item.price_cents) for item in order.items] == [
            ("Ridge tent", 1, 24999),
            ("Lamp", 2, 1900),
        ]
        assert session.get_one(OrderRow, "FH-10400").delivered_on == date(2026, 1, 24)


def test_loading_again_adds_nothing(engine: Engine, file: Path) -> None:
    load_company(engine, file, today=TODAY)
    first = contents(engine)
    load_company(engine, file, today=TODAY)
    assert contents(engine) == first
    assert len(first["order_items"]) == 3


def test_loading_a_changed_file_updates_and_drops_items_that_are_gone(
    engine: Engine, file: Path
) -> None:
    load_company(engine, file, today=TODAY)
    changed = COMPANY.replace("status: shipped", "status: delivered").replace(
        "vip: true", "vip: false"
    )
    file.write_text(changed.replace("      - {name: Lamp, quantity: 2, price_eur: 19}\n", ""))
    load_company(engine, file, today=TODAY)
    with Session(engine) as session:
        order = session.get_one(OrderRow, "FH-10421")
        assert (order.status, len(order.items)) == ("delivered", 1)
        assert not session.get_one(CustomerRow, "c-1").vip


def test_several_may_load_at_once(engine: Engine, file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: load_company(engine, file, today=TODAY), range(8)))
    assert len(contents(engine)["order_items"]) == 3


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("status: shipped", "status: lost"), "orders.0.status"),
        (("    carrier: DHL", "    carier: DHL"), "orders.0.carier"),
        (("customer: c-1", "customer: c-7"), "'FH-10421' is for 'c-7'"),
        (("id: c-2", "id: c-1"), "customer id 'c-1' is there twice"),
        (("bo@example.org", "ADA@example.org"), "'ada@example.org' is there twice"),
        (("number: FH-10400", "number: FH-10421"), "order number 'FH-10421' is there twice"),
        (("customers:", "customers: ["), "cannot be read"),
        (("price_eur: 35.5", "price_eur: -1"), "orders.1.items.0.price_eur"),
    ],
)
def test_a_bad_file_is_refused_whole_and_says_where(
    engine: Engine, file: Path, change: tuple[str, str], says: str
) -> None:
    file.write_text(COMPANY.replace(*change))
    with pytest.raises(BadCompany, match=says) as caught:
        load_company(engine, file, today=TODAY)
    assert str(caught.value).startswith(str(file))
    assert not any(contents(engine).values())


def test_a_missing_file_says_which(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(BadCompany, match=r"nowhere\.yaml: cannot be read"):
        load_company(engine, tmp_path / "nowhere.yaml")


def test_the_demo_company_loads(engine: Engine) -> None:
    path = Path(__file__).parents[3] / "store" / "demo" / "company.yaml"
    load_company(engine, path)
    first = contents(engine)
    load_company(engine, path)
    assert contents(engine) == first
    assert first["customers"]
    assert first["orders"]
