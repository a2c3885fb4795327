"""The time, in one place, so that tests can set it."""

from __future__ import annotations

from datetime import UTC, datetime

from handrail.store.moment import iso

__all__ = ["iso", "now", "now_iso"]


def now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return datetime.now(UTC)


def now_iso() -> str:
    """Return the current moment as ISO 8601 in UTC."""
    return iso(now())
