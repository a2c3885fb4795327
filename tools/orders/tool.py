"""look_up_order (READ): where a customer's order is."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from handrail.prompts.load import load
from handrail.tools.arguments import Arguments, explain_arguments
from handrail.tools.asker import Asker
from handrail.tools.effect import ReadTool
from handrail.tools.errors import NotVerified, OrderNotFound
from handrail.tools.orders.protocol import Order, Orders

NAME = "look_up_order"
MOST_CHOICES = 5


class LookUpOrder(Arguments):
    """What the model gives: the number as typed, if one was."""

    order_number: str | None = Field(default=None, max_length=40)


def order_tool(asker: Asker, orders: Orders) -> ReadTool:
    """Build the tool for one asker. It returns a JSON string, and raises BackendDown."""

    async def look_up_order(order_number: str | None = None) -> str:
        return json.dumps(await look_up(asker, orders, order_number or None), ensure_ascii=False)

    return ReadTool(
        name=NAME,
        description=load(f"tools/{NAME}"),
        args_schema=LookUpOrder,
        coroutine=look_up_order,
        handle_validation_error=explain_arguments,
    )


async def look_up(asker: Asker, orders: Orders, number: str | None) -> dict[str, Any]:
    """Return the outcome as plain JSON values: {outcome, order_number, order, orders}.

    Where nobody vouches for the asker, `code` says how a proof by one-time code stands.
    """
    try:
        customer_id = asker.account()
        if number is not None:
            found = await orders.find(customer_id, number)
            return _outcome("found", number, order=found)
    except NotVerified:
        return {
            **_outcome("not_verified", number),
            "code": asker.code,
            "account_named": asker.customer_id is not None,
        }
    except OrderNotFound:
        return _outcome("not_found", number)
    theirs = await orders.for_customer(customer_id)
    if not theirs:
        return _outcome("no_orders", None)
    likely = [order for order in theirs if order.is_open] if len(theirs) > 1 else theirs
    if len(likely) == 1:
        return _outcome("found", None, order=likely[0])
    return _outcome("choose", None, orders=theirs[:MOST_CHOICES])


def as_json(order: Order) -> dict[str, Any]:
    """Return an order as plain JSON values: ISO dates, prices as text with two decimals."""
    return {
        "number": order.number,
        "status": order.status,
        "placed_on": order.placed_on and order.placed_on.isoformat(),
        "items": [
            {"name": item.name, "quantity": item.quantity, "price_eur": f"{item.price_eur:.2f}"}
            for item in order.items
        ],
        "carrier": order.carrier,
        "tracking": order.tracking,
        "expected_on": order.expected_on and order.expected_on.isoformat(),
        "delivered_on": order.delivered_on and order.delivered_on.isoformat(),
    }


def _outcome(
    outcome: str,
    number: str | None,
    *,
    order: Order | None = None,
    orders: list[Order] | None = None,
) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "order_number": number,
        "order": as_json(order) if order else None,
        "orders": [as_json(one) for one in orders or []],
    }
