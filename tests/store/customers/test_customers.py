from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from handrail.store.customers.protocol import Customer, Customers, email_key
from handrail.store.customers.sql import CustomerRow, SqlCustomers


@pytest.fixture
def customers(engine: Engine) -> Customers:
    with Session(engine) as session, session.begin():
        session.add(
            CustomerRow(
                id="c-1", name="Ada Quill", email="Ada@Example.org",
                email_key=email_key("Ada@Example.org"), locale="pt-BR", vip=True,
                account_manager="Noor",
            )
        )  # fmt: skip
    return SqlCustomers(engine)


async def test_a_customer_is_found_by_id(customers: Customers) -> None:
    assert await customers.get("c-1") == Customer(
        "c-1", "Ada Quill", "Ada@Example.org", "pt-BR", vip=True, account_manager="Noor"
    )


async def test_an_unknown_id_is_none(customers: Customers) -> None:
    assert await customers.get("c-2") is None


def test_addresses_are_compared_without_case_and_space() -> None:
    assert email_key("  Ada@Example.ORG ") == email_key("ada@example.org")
    assert email_key("ÉMILE@example.org") == email_key("émile@example.org")
