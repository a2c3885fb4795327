"""Read a day or an instant as a backend gives it."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Any


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


def newest_first(at: date | datetime | None, number: str) -> tuple[str, str]:
    """Return the key by which orders are sorted, in reverse; those without a day come last."""
    return (at.isoformat() if at else "", number)
