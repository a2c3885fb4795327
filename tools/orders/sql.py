"""Orders in our own table, in euros."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, Row, bindparam, select
from sqlalchemy.orm import Session

from handrail.store.shop import OrderItemRow, OrderRow
from handrail.tools.backend import ask_database
from handrail.tools.orders.matching import pick
from handrail.tools.orders.protocol import Order, OrderItem

# By columns, past the ORM, in one statement: an order and its items, newest order first.
_ORDER, _ITEM = OrderRow.__table__, OrderItemRow.__table__
_THEIRS = (
    select(
        *_ORDER.c["number", "status", "placed_on", "carrier", "tracking"],
        *_ORDER.c["expected_on", "delivered_on"],
        *_ITEM.c["name", "quantity", "price_cents"],
    )
    .outerjoin(_ITEM, _ITEM.c.order_number == _ORDER.c.number)
    .where(_ORDER.c.customer_id == bindparam("customer"))
    .order_by(_ORDER.c.placed_on.desc().nulls_last(), _ORDER.c.number.desc(), _ITEM.c.position)
)


class SqlOrders:
    """Read the `orders` table. Every query names the customer, so no other's row is ever read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def for_customer(self, customer_id: str) -> list[Order]:
        """Return all orders of a customer, newest first. Raises BackendDown."""

        def work(session: Session) -> list[Order]:
            rows = session.execute(_THEIRS, {"customer": customer_id})
            return [_order(list(own)) for _, own in groupby(rows, key=lambda row: row.number)]

        return await ask_database(self._engine, "Reading a customer's orders", work)

    async def find(self, customer_id: str, number: str) -> Order:
        """Return the customer's order with this number. Raises OrderNotFound or BackendDown."""
        return pick(await self.for_customer(customer_id), number)


def _order(rows: list[Row[Any]]) -> Order:
    row = rows[0]
    return Order(
        number=row.number,
        status=row.status,
        placed_on=row.placed_on,
        items=tuple(
            OrderItem(item.name, item.quantity, Decimal(item.price_cents) / 100)
            for item in rows
            if item.name is not None
        ),
        carrier=row.carrier,
        tracking=row.tracking,
        expected_on=row.expected_on,
        delivered_on=row.delivered_on,
    )
