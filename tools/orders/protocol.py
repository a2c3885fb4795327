"""Orders, as their own customer may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Protocol

from handrail.store.shop import OrderStatus
from handrail.tools.errors import OrderNotFound

OPEN: frozenset[OrderStatus] = frozenset({"processing", "packed", "shipped", "out_for_delivery"})


@dataclass(frozen=True)
class OrderItem:
    """One line of an order; the price of one piece in the order's currency, None if not known."""

    name: str
    quantity: int
    price: Decimal | None


@dataclass(frozen=True)
class Order:
    """One order. A date is None where it is not known, or has not come.

    A backend gives a day, or an instant with its zone, which is a day only for somebody somewhere.
    `currency` is an ISO 4217 code.
    """

    number: str
    status: OrderStatus
    placed_on: date | datetime | None
    items: tuple[OrderItem, ...]
    carrier: str | None
    tracking: str | None
    expected_on: date | datetime | None
    delivered_on: date | datetime | None
    currency: str = "EUR"

    @property
    def is_open(self) -> bool:
        """Tell whether the order is still on its way."""
        return self.status in OPEN


class DidYouMean(OrderNotFound):
    """The asker has no such order, but one whose number is a typing slip away: `meant`."""

    def __init__(self, number: str, meant: Order) -> None:
        super().__init__(number)
        self.args = (number, meant)
        self.meant = meant


class Orders(Protocol):
    """Read orders, always of one customer. Every method raises BackendDown."""

    async def for_customer(self, customer_id: str) -> list[Order]:
        """Return all orders of a customer, newest first."""
        ...

    async def find(self, customer_id: str, number: str) -> Order:
        """Return the customer's order that this number means, as typed; see `matching.pick`.

        Every number takes the same reading of the customer's own orders. Raises OrderNotFound,
        the same for no order and another's order, or DidYouMean.
        """
        ...


def day_in(zone: tzinfo, at: date | datetime | None) -> date | None:
    """Return the day that an instant is in a time zone; a day is what it is."""
    return at.astimezone(zone).date() if isinstance(at, datetime) else at
