"""look_up_order (READ): where a customer's order is."""

from __future__ import annotations

import json
from datetime import tzinfo
from typing import Any

from pydantic import Field

from handrail.prompts.load import load
from handrail.tools.arguments import Arguments, explain_arguments
from handrail.tools.asker import Asker
from handrail.tools.effect import ReadTool
from handrail.tools.errors import NotVerified, OrderNotFound
from handrail.tools.orders.protocol import DidYouMean, Order, Orders, day_in

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

    Where nobody vouches for the asker, `code` says how a proof by one-time code stands. With the
    outcome did_you_mean, `order` is the asker's own order that they may have meant.
    """
    try:
        customer_id = asker.account()
    except NotVerified:
        return {
            **_outcome("not_verified", number),
            "code": asker.code,
            "account_named": asker.customer_id is not None,
        }
    zone = await asker.zone()
    if number is not None:
        return await _look_up_number(customer_id, orders, number, zone)
    theirs = await orders.for_customer(customer_id)
    if not theirs:
        return _outcome("no_orders", None)
    likely = [order for order in theirs if order.is_open] if len(theirs) > 1 else theirs
    if len(likely) == 1:
        return _outcome("found", None, order=as_json(likely[0], zone))
    return _outcome("choose", None, orders=[as_json(one, zone) for one in theirs[:MOST_CHOICES]])


async def _look_up_number(
    customer_id: str, orders: Orders, number: str, zone: tzinfo
) -> dict[str, Any]:
    try:
        found = await orders.find(customer_id, number)
    except DidYouMean as problem:
        return _outcome("did_you_mean", number, order=as_json(problem.meant, zone))
    except OrderNotFound:
        return _outcome("not_found", number)
    return _outcome("found", number, order=as_json(found, zone))


def as_json(order: Order, zone: tzinfo) -> dict[str, Any]:
    """Return an order as plain JSON values: ISO dates, prices as text with two decimals.

    An instant becomes the day it is in `zone`.
    """
    placed, expected, delivered = (
        day_in(zone, at) for at in (order.placed_on, order.expected_on, order.delivered_on)
    )
    return {
        "number": order.number,
        "status": order.status,
        "placed_on": placed and placed.isoformat(),
        "items": [
            {
                "name": item.name,
                "quantity": item.quantity,
                "price": None if item.price is None else f"{item.price:.2f}",
            }
            for item in order.items
        ],
        "currency": order.currency,
        "carrier": order.carrier,
        "tracking": order.tracking,
        "expected_on": expected and expected.isoformat(),
        "delivered_on": delivered and delivered.isoformat(),
    }


def _outcome(
    outcome: str,
    number: str | None,
    *,
    order: dict[str, Any] | None = None,
    orders: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "outcome": outcome, "order_number": number, "order": order, "orders": orders or [],
    }  # fmt: skip
