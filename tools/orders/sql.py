"""Orders in our own table, in euros."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from handrail.store.shop import OrderRow
from handrail.tools.backend import ask_database
from handrail.tools.orders.matching import pick
from handrail.tools.orders.protocol import Order, OrderItem


class SqlOrders:
    """Read the `orders` table. Every query names the customer, so no other's row is ever read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def for_customer(self, customer_id: str) -> list[Order]:
        """Return all orders of a customer, newest first. Raises BackendDown."""
        theirs = select(OrderRow).where(OrderRow.customer_id == customer_id).order_by(
            OrderRow.placed_on.desc().nulls_last(), OrderRow.number.desc()
        )  # fmt: skip

        def work(session: Session) -> list[Order]:
            return [_order(row) for row in session.scalars(theirs)]

        return await ask_database(self._engine, "Reading a customer's orders", work)

    async def find(self, customer_id: str, number: str) -> Order:
        """Return the customer's order with this number. Raises OrderNotFound or BackendDown."""
        return pick(await self.for_customer(customer_id), number)


def _order(row: OrderRow) -> Order:
    return Order(
        number=row.number,
        status=row.status,
        placed_on=row.placed_on,
        items=tuple(
            OrderItem(item.name, item.quantity, Decimal(item.price_cents) / 100)
            for item in row.items
        ),
        carrier=row.carrier,
        tracking=row.tracking,
        expected_on=row.expected_on,
        delivered_on=row.delivered_on,
    )
