"""Orders behind an endpoint of the shop's own, each call signed.

Asked:    POST <url>/orders  {"method": "POST", "path": ..., "data": {"customer_id": "c-1"}}
Answered: {"orders": [{"customer_id": "c-1", "number": "10421", "status": "shipped", ...}]}

docs/backends.md has all fields, and a handler that checks the signature.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from handrail.store.shop import OrderStatus
from handrail.tools.backends.attempt import Lasting
from handrail.tools.backends.exchange import Answer
from handrail.tools.backends.signed import SignedBackend
from handrail.tools.orders.matching import pick
from handrail.tools.orders.moments import newest_first
from handrail.tools.orders.protocol import Order, OrderItem

DOING = "look_up_order"
PATH = "orders"
Moment = AwareDatetime | date | None


class _Given(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Item(_Given):
    name: str = Field(min_length=1)
    quantity: int = Field(1, ge=1)
    price: Decimal | None = None


class _Order(_Given):
    customer_id: str
    number: str = Field(min_length=1)
    status: OrderStatus
    placed_on: Moment = None
    items: list[_Item] = []
    carrier: str | None = None
    tracking: str | None = None
    expected_on: Moment = None
    delivered_on: Moment = None
    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$")


class _Answer(_Given):
    orders: list[_Order]


class SignedHttpOrders:
    """Ask the shop's endpoint for one customer's orders."""

    def __init__(self, endpoint: SignedBackend) -> None:
        self._endpoint = endpoint

    async def for_customer(self, customer_id: str) -> list[Order]:
        """Return all orders of a customer, newest first. Raises BackendDown."""

        def read(answer: Answer) -> list[Order]:
            given = _Answer.model_validate(answer.json).orders
            if any(order.customer_id != customer_id for order in given):
                mend = "Let the endpoint give the orders of the customer asked for, and no other's."
                raise Lasting("its answer has an order of another customer", mend)
            return newest_first(_order(order) for order in given)

        return await self._endpoint.post(DOING, PATH, {"customer_id": customer_id}, read)

    async def find(self, customer_id: str, number: str) -> Order:
        """Return the customer's order with this number. Raises OrderNotFound or BackendDown."""
        return pick(await self.for_customer(customer_id), number)


def _order(given: _Order) -> Order:
    return Order(
        number=given.number,
        status=given.status,
        placed_on=given.placed_on,
        items=tuple(OrderItem(item.name, item.quantity, item.price) for item in given.items),
        carrier=given.carrier,
        tracking=given.tracking,
        expected_on=given.expected_on,
        delivered_on=given.delivered_on,
        currency=given.currency,
    )
