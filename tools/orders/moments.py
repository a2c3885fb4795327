"""Read a day or an instant as a backend gives it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Any

from handrail.tools.orders.protocol import Order


def read_moment(value: Any, zone: tzinfo) -> date | datetime | None:
    """Return a day as it is, and an instant with its zone, `zone` where it has none.

    Takes dates, datetimes and ISO 8601 text. Raises ValueError.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        text = value.strip()
        value = date.fromisoformat(text) if len(text) <= len("2026-03-01") else _instant(text)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return value
    raise ValueError(f"{type(value).__name__} is neither a day nor an instant")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def newest_first(orders: Iterable[Order]) -> list[Order]:
    """Return orders by the day they were placed, the newest first; those without one come last."""

    def placed(order: Order) -> tuple[str, str]:
        return (order.placed_on.isoformat() if order.placed_on else "", order.number)

    return sorted(orders, key=placed, reverse=True)
