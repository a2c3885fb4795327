"""A small shop: two customers with orders, and one without."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from handrail.store.database import open_database
from handrail.store.demo.rows import customer_row, order_row, save
from handrail.store.migrate import migrate
from handrail.tools.asker import Asker

TENT = ("Ridge tent", 1, Decimal("249.99"))
LAMP = ("Lamp", 2, Decimal(19))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'handrail.db'}")
    migrate(engine)
    customers = [
        customer_row(id=key, name=name, email=email)
        for key, name, email in (
            ("ada", "Ada Quill", "Ada@Example.org"),
            ("bo", "Bo Reed", "bo@example.org"),
            ("cy", "Cy Moor", "cy@example.org"),
        )
    ]
    orders = [
        order_row(
            "FH-10421", "ada", "shipped", [TENT, LAMP], placed_on=date(2026, 2, 26),
            carrier="DHL", tracking="JD0001", expected_on=date(2026, 3, 3),
        ),
        order_row(
            "FH-10400", "ada", "delivered", [LAMP], placed_on=date(2026, 1, 20),
            delivered_on=date(2026, 1, 24),
        ),
        order_row("GB-10400", "ada", "cancelled", [LAMP], placed_on=date(2026, 1, 19)),
        order_row("FH-20001", "bo", "delivered", [LAMP], placed_on=date(2026, 2, 1)),
    ]  # fmt: skip
    save(engine, Path("test"), customers, orders)
    yield engine
    engine.dispose()


@pytest.fixture
def ada() -> Asker:
    return Asker(customer_id="ada", verified=True, locale="en", thread_id="t-1")


@pytest.fixture
def visitor() -> Asker:
    return Asker(customer_id=None, verified=False, locale="en", thread_id="t-2")
