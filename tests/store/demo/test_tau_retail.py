from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from handrail.store.customers.sql import CustomerRow
from handrail.store.demo.rows import BadCompany
from handrail.store.demo.tau_retail import STATUS, load_tau_retail
from handrail.store.shop import OrderItemRow, OrderRow

SHARED = Path(__file__).parents[4] / "shared" / "data" / "tau_retail"


def write(folder: Path, status: str = "pending") -> None:
    item = {
        "name": "Cup", "product_id": "p-1", "item_id": "i-1", "price": 4.35,
        "options": {"colour": "blue"},
    }  # fmt: skip
    users = {
        "u-1": {"name": {"first_name": "Ada", "last_name": "Quill"}, "email": "ada@example.org"}
    }
    order = {
        "order_id": "#W0000001", "user_id": "u-1", "items": [item, item],
        "fulfillments": [{"tracking_id": ["77"], "item_ids": ["i-1"]}], "status": status,
    }  # fmt: skip
    products = {"p-1": {"name": "Camping cup"}}
    for name, data in (
        ("users", users), ("orders", {"#W0000001": order}), ("products", products),
    ):  # fmt: skip
        (folder / f"{name}.json").write_text(json.dumps(data))


def test_an_order_keeps_its_items_and_says_nothing_of_dates(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path)
    load_tau_retail(engine, tmp_path)
    load_tau_retail(engine, tmp_path)
    with Session(engine) as session:
        order = session.get_one(OrderRow, "#W0000001")
        assert (order.status, order.tracking, order.placed_on) == ("processing", "77", None)
        assert [(i.name, i.quantity, i.price_cents) for i in order.items] == [
            ("Camping cup (blue)", 2, 435)
        ]
        assert session.get_one(CustomerRow, "u-1").name == "Ada Quill"


def test_data_of_another_shape_is_refused(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path, status="teleported")
    with pytest.raises(BadCompany, match="teleported"):
        load_tau_retail(engine, tmp_path)


def test_a_missing_file_says_which(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(BadCompany, match=r"users\.json: cannot be read"):
        load_tau_retail(engine, tmp_path)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the tau-bench retail data is not here")
def test_the_whole_data_loads(engine: Engine) -> None:
    load_tau_retail(engine, SHARED)
    with Session(engine) as session:

        def count(row: type) -> int:
            return session.scalar(select(func.count()).select_from(row)) or 0

        assert count(CustomerRow) == len(json.loads((SHARED / "users.json").read_text()))
        assert count(OrderRow) == len(json.loads((SHARED / "orders.json").read_text()))
        assert count(OrderItemRow) >= count(OrderRow)
        assert set(session.scalars(select(OrderRow.status))) == set(STATUS.values())
