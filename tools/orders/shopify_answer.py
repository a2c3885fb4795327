"""What Shopify's Admin GraphQL API says of an order, and what we make of it.

Source: https://shopify.dev/docs/api/admin-graphql/latest/objects/Order, .../objects/Fulfillment,
.../enums/FulfillmentDisplayStatus, .../enums/OrderDisplayFulfillmentStatus
"""

from __future__ import annotations

from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from handrail.store.shop import OrderStatus
from handrail.tools.orders.protocol import Order, OrderItem

ARRIVED = frozenset({"DELIVERED", "PICKED_UP"})
WITH_THE_DRIVER = frozenset({"OUT_FOR_DELIVERY", "ATTEMPTED_DELIVERY"})
NOT_YET_SENT = frozenset(
    {"LABEL_PURCHASED", "LABEL_PRINTED", "CONFIRMED", "SUBMITTED", "READY_FOR_PICKUP"}
)
OFF = frozenset({"CANCELED", "LABEL_VOIDED"})


class Given(BaseModel):
    """A part of an answer; what we did not ask for is passed over."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel)


class _Money(Given):
    amount: Decimal
    currency_code: str


class _MoneyBag(Given):
    shop_money: _Money


class _Line(Given):
    name: str
    quantity: int
    original_unit_price_set: _MoneyBag


class _Lines(Given):
    nodes: list[_Line]


class _Tracking(Given):
    company: str | None = None
    number: str | None = None


class _Fulfillment(Given):
    display_status: str | None = None
    estimated_delivery_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    tracking_info: list[_Tracking] = []


class _Customer(Given):
    id: str


class ShopifyOrder(Given):
    """An order as the query asks for it."""

    name: str = Field(min_length=1)
    created_at: AwareDatetime
    cancelled_at: AwareDatetime | None = None
    currency_code: str
    display_fulfillment_status: str
    return_status: str | None = None
    customer: _Customer | None = None
    line_items: _Lines
    fulfillments: list[_Fulfillment] = []

    def as_order(self) -> Order:
        """Return it in our words; days are left as instants."""
        sent = [one for one in self.fulfillments if one.display_status not in OFF]
        tracked = [info for one in reversed(sent) for info in one.tracking_info if info.number]
        status = self._status([one.display_status for one in sent])
        arrived = [one.delivered_at for one in sent if one.delivered_at]
        expected = [one.estimated_delivery_at for one in sent if one.estimated_delivery_at]
        return Order(
            number=self.name,
            status=status,
            placed_on=self.created_at,
            items=tuple(
                OrderItem(line.name, line.quantity, line.original_unit_price_set.shop_money.amount)
                for line in self.line_items.nodes
            ),
            carrier=tracked[0].company if tracked else None,
            tracking=tracked[0].number if tracked else None,
            expected_on=max(expected, default=None),
            delivered_on=max(arrived, default=None) if status == "delivered" else None,
            currency=self.currency_code,
        )

    def _status(self, parcels: list[str | None]) -> OrderStatus:
        """Return the status that holds for the whole order: the last parcel counts."""
        if self.cancelled_at:
            return "cancelled"
        if self.return_status == "RETURNED" or self.display_fulfillment_status == "RESTOCKED":
            return "returned"
        if all(parcel in NOT_YET_SENT for parcel in parcels):
            return "packed" if parcels else "processing"
        if self.display_fulfillment_status == "FULFILLED":
            if all(parcel in ARRIVED for parcel in parcels):
                return "delivered"
            if all(parcel in ARRIVED | WITH_THE_DRIVER for parcel in parcels):
                return "out_for_delivery"
        return "shipped"
