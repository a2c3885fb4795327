"""Write customers and orders into the tables, over what is there under the same keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handrail.store.base import transact
from handrail.store.customers.protocol import email_key
from handrail.store.customers.sql import CustomerRow
from handrail.store.errors import StoreDown
from handrail.store.shop import OrderItemRow, OrderRow, OrderStatus, split_number

ATTEMPTS = 5


class BadCompany(ValueError):
    """A company's data cannot be loaded; says the file, the place in it and what is wrong."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        super().__init__(path, tuple(problems))
        self.path = path
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(f"{self.path}: {problem}" for problem in self.problems)


def save(
    engine: Engine, path: Path, customers: Sequence[CustomerRow], orders: Sequence[OrderRow]
) -> None:
    """Write customers and orders in one transaction, over what is there under the same keys.

    Raises BadCompany where two rows share a key, or an order's customer is not among them.
    """
    if problems := _clashes(customers, orders):
        raise BadCompany(path, problems)

    def work(session: Session) -> None:
        kept = [*session.scalars(select(CustomerRow)), *session.scalars(select(OrderRow))]
        for row in (*customers, *orders):
            session.merge(row)
        del kept  # held until here, so that merge finds these rows without asking for each

    for attempt in range(1, ATTEMPTS + 1):
        try:
            transact(engine, f"Loading {path.name}", work)
        except StoreDown as problem:
            # Another process may have loaded the same rows between the look and the write.
            if attempt == ATTEMPTS or not isinstance(problem.__cause__, IntegrityError):
                raise
        else:
            return


def customer_row(
    *,
    id: str,  # noqa: A002 - the column's name
    name: str,
    email: str,
    locale: str = "en",
    vip: bool = False,
    phone: str | None = None,
    account_manager: str | None = None,
    locked: bool = False,
) -> CustomerRow:
    """Return a customer's row, with the address as it is compared."""
    return CustomerRow(
        id=id, name=name, email=email, email_key=email_key(email), locale=locale, vip=vip,
        phone=phone, account_manager=account_manager, locked=locked,
    )  # fmt: skip


def order_row(
    number: str,
    customer_id: str,
    status: OrderStatus,
    items: Sequence[tuple[str, int, Decimal]],
    *,
    placed_on: date | None = None,
    carrier: str | None = None,
    tracking: str | None = None,
    expected_on: date | None = None,
    delivered_on: date | None = None,
) -> OrderRow:
    """Return an order's row; each item is (name, quantity, price of one in euros)."""
    prefix, rest = split_number(number)
    lines = [
        OrderItemRow(
            order_number=number, position=position, name=name, quantity=quantity,
            price_cents=round(price * 100),
        )
        for position, (name, quantity, price) in enumerate(items, start=1)
    ]  # fmt: skip
    return OrderRow(
        number=number, prefix=prefix, rest=rest, customer_id=customer_id, status=status,
        placed_on=placed_on, carrier=carrier, tracking=tracking, expected_on=expected_on,
        delivered_on=delivered_on, items=lines,
    )  # fmt: skip


def _clashes(customers: Sequence[CustomerRow], orders: Sequence[OrderRow]) -> list[str]:
    problems: list[str] = []
    ids = [customer.id for customer in customers]
    for kind, keys in (
        ("customer id", ids),
        ("e-mail address", [customer.email_key for customer in customers]),
        ("order number", [order.number for order in orders]),
    ):
        twice = [key for key, times in Counter(keys).items() if times > 1]
        problems += [f"{kind} {key!r} is there twice; keep one" for key in twice]
    known = set(ids)
    problems += [
        f"order {order.number!r} is for {order.customer_id!r}, who is not among the customers"
        for order in orders
        if order.customer_id not in known
    ]
    return problems
