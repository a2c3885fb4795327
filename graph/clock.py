"""The time, in one place, so that tests can set it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return datetime.now(UTC)


def now_iso() -> str:
    """Return the current moment as ISO 8601 in UTC."""
    return iso(now())


def iso(moment: datetime) -> str:
    """Return an aware moment as stores and transcripts hold it: ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
