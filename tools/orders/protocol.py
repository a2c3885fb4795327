"""Orders, as their own customer may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from handrail.store.shop import OrderStatus

OPEN: frozenset[OrderStatus] = frozenset({"processing", "packed", "shipped", "out_for_delivery"})


@dataclass(frozen=True)
class OrderItem:
    """One line of an order; the price of one piece, in euros."""

    name: str
    quantity: int
    price_eur: Decimal


@dataclass(frozen=True)
class Order:
    """One order. A date is None where it is not known, or has not come."""

    number: str
    status: OrderStatus
    placed_on: date | None
    items: tuple[OrderItem, ...]
    carrier: str | None
    tracking: str | None
    expected_on: date | None
    delivered_on: date | None

    @property
    def is_open(self) -> bool:
        """Tell whether the order is still on its way."""
        return self.status in OPEN


class Orders(Protocol):
    """Read orders, always of one customer. Every method raises BackendDown."""

    async def for_customer(self, customer_id: str) -> list[Order]:
        """Return all orders of a customer, newest first."""
        ...

    async def find(self, customer_id: str, number: str) -> Order:
        """Return the customer's order with this number, as typed.

        Case, spaces and signs do not matter, nor do missing letters in front where only one of the
        customer's orders fits. Raises OrderNotFound, the same for no order and another's order.
        """
        ...
