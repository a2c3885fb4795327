"""Orders in Shopify, over its Admin GraphQL API.

The token needs the scopes read_orders and read_customers, and read_all_orders for orders older
than 60 days. Throttling: https://shopify.dev/docs/api/usage/limits
"""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import Field

from handrail.tools.backends.attempt import Lasting, Passing
from handrail.tools.backends.exchange import Answer, Request
from handrail.tools.backends.http import HttpBackend
from handrail.tools.errors import BackendDown
from handrail.tools.orders.matching import pick
from handrail.tools.orders.protocol import Order
from handrail.tools.orders.shopify_answer import Given, ShopifyOrder

DOING = "look_up_order"
GID = "gid://shopify/Customer/"
PAGES = 3  # the newest 60 orders; a page asks for about 760 of the 1,000 points a query may cost
QUERY = """
query CustomerOrders($owner: String!, $after: String) {
  orders(first: 20, after: $after, query: $owner, sortKey: CREATED_AT, reverse: true) {
    pageInfo { hasNextPage endCursor }
    nodes {
      name createdAt cancelledAt currencyCode displayFulfillmentStatus returnStatus
      customer { id }
      lineItems(first: 10) {
        nodes { name quantity originalUnitPriceSet { shopMoney { amount currencyCode } } }
      }
      fulfillments(first: 3) {
        displayStatus estimatedDeliveryAt deliveredAt
        trackingInfo(first: 1) { company number }
      }
    }
  }
}
"""


class _PageInfo(Given):
    has_next_page: bool
    end_cursor: str | None = None


class _Page(Given):
    page_info: _PageInfo
    nodes: list[ShopifyOrder]


class _Data(Given):
    orders: _Page


class _Envelope(Given):
    data: _Data


class _Bucket(Given):
    currently_available: float = 0
    restore_rate: float = Field(50, gt=0)


class _Cost(Given):
    requested_query_cost: float = 0
    throttle_status: _Bucket = _Bucket()


class ShopifyOrders:
    """Ask Shopify for one customer's orders; a number is matched here, never sent."""

    def __init__(self, backend: HttpBackend, token: str, version: str) -> None:
        self._backend = backend
        self._headers = {"content-type": "application/json", "x-shopify-access-token": token}
        self._path = f"admin/api/{version}/graphql.json"

    async def for_customer(self, customer_id: str) -> list[Order]:
        """Return the newest orders of a customer, newest first. Raises BackendDown.

        `customer_id` is Shopify's, as digits or as gid://shopify/Customer/<digits>.
        """
        digits = customer_id.removeprefix(GID)
        if not re.fullmatch(r"[0-9]{1,20}", digits):
            reason = "not called, as the customer's id is no id of Shopify"
            mend = "Let the token's customer_id be the digits of Shopify's customer id."
            raise BackendDown(
                f"{DOING} failed: {reason}", mend, (f"{DOING} at {self._backend.name}: {reason}",)
            )
        orders: list[Order] = []
        after: str | None = None
        for _ in range(PAGES):
            page = await self._page(digits, after)
            orders += [order.as_order() for order in page.nodes]
            after = page.page_info.end_cursor
            if not page.page_info.has_next_page:
                break
        return orders

    async def find(self, customer_id: str, number: str) -> Order:
        """Return the customer's order with this number. Raises OrderNotFound or BackendDown."""
        return pick(await self.for_customer(customer_id), number)

    async def _page(self, digits: str, after: str | None) -> _Page:
        variables = {"owner": f"customer_id:{digits}", "after": after}
        body = json.dumps({"query": QUERY, "variables": variables}).encode()

        def read(answer: Answer) -> _Page:
            _refuse_errors(answer.json)
            page = _Envelope.model_validate(answer.json).data.orders
            if any(one.customer is None or one.customer.id != GID + digits for one in page.nodes):
                mend = "Check that the token may read customers (scope read_customers)."
                raise Lasting("its answer has an order that is not this customer's", mend)
            return page

        return await self._backend.ask(
            DOING, lambda: Request("POST", self._path, self._headers, content=body), read
        )


def _refuse_errors(given: Any) -> None:
    """Raise Passing where we were throttled, Lasting for any other error; both come with 200."""
    errors = given.get("errors") if isinstance(given, dict) else None
    if not errors:
        return
    first = errors[0] if isinstance(errors, list) else errors
    details = first if isinstance(first, dict) else {}
    code = (details.get("extensions") or {}).get("code") or details.get("message")
    if str(code).upper() == "THROTTLED":
        cost = _Cost.model_validate((given.get("extensions") or {}).get("cost") or {})
        bucket = cost.throttle_status
        missing = max(0.0, cost.requested_query_cost - bucket.currently_available)
        raise Passing("throttled us", wait=missing / bucket.restore_rate, counts=False)
    known = code if re.fullmatch(r"[A-Z_]{1,40}", str(code)) else "without a code"
    raise Lasting(f"answered with the error {known}", "Check the token's scopes and the version.")
