"""Turn a row of any shop's table into an order, as the mapping says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from handrail.store.shop import OrderStatus
from handrail.tools.orders.configuration import ItemJson, ItemTable, Place, SqlMapping
from handrail.tools.orders.moments import read_moment
from handrail.tools.orders.protocol import Order, OrderItem

Row = Mapping[str, Any]
CENTS = 100


class Unreadable(ValueError):
    """A value does not fit the mapping; says which key of it, never the value of a customer."""


def column_of(place: Place) -> str:
    """Return the column that a place is in."""
    return place if isinstance(place, str) else str(place[0])


def order_from(row: Row, lines: Sequence[Row], mapping: SqlMapping) -> Order:
    """Return the order of a row and its lines. Raises Unreadable."""
    columns = mapping.columns
    zone = ZoneInfo(mapping.time_zone)

    def moment(key: str) -> Any:
        try:
            return read_moment(_dig(row, getattr(columns, key)), zone)
        except ValueError as problem:
            raise Unreadable(f"columns.{key}: no ISO 8601 date or time") from problem

    def text(key: str) -> str | None:
        value = _dig(row, getattr(columns, key))
        return None if value is None or value == "" else str(value)

    number = text("number")
    if number is None:
        raise Unreadable("columns.number: an order has none")
    if isinstance(mapping.items, ItemJson):
        lines = _unpack(row.get(mapping.items.column)) or []
    return Order(
        number=number,
        status=_status(text("status"), mapping),
        placed_on=moment("placed_on"),
        items=tuple(_item(line, mapping) for line in lines),
        carrier=text("carrier"),
        tracking=text("tracking"),
        expected_on=moment("expected_on"),
        delivered_on=moment("delivered_on"),
        currency=text("currency") or mapping.currency,
    )


def _status(word: str | None, mapping: SqlMapping) -> OrderStatus:
    known = {theirs.casefold(): ours for theirs, ours in mapping.status.items()}
    found = known.get((word or "").casefold())
    if found is None:
        raise Unreadable(f"status: the map has no word {word!r}")
    return found


def _item(line: Row, mapping: SqlMapping) -> OrderItem:
    items = mapping.items
    if not isinstance(items, ItemJson | ItemTable) or items.name not in line:
        raise Unreadable("items.name: a line has none")
    price = line.get(items.price) if items.price else None
    quantity = line.get(items.quantity) if items.quantity else None
    try:
        amount = None if price is None else Decimal(str(price))
        pieces = 1 if quantity is None else int(quantity)
    except (InvalidOperation, ValueError, TypeError) as problem:
        raise Unreadable("items: a price or quantity is no number") from problem
    if amount is not None and mapping.prices_in_cents:
        amount /= CENTS
    return OrderItem(str(line[items.name]), pieces, amount)


def _dig(row: Row, place: Place | None) -> Any:
    """Return what is at a place; None where the way into the JSON ends early."""
    if place is None:
        return None
    if isinstance(place, str):
        return row[place]
    value = _unpack(row[str(place[0])])
    for step in place[1:]:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _unpack(value: Any) -> Any:
    """Return JSON as values: some drivers give it so, others as text."""
    try:
        return json.loads(value) if isinstance(value, str | bytes) else value
    except ValueError as problem:
        raise Unreadable("a column that should hold JSON does not") from problem
