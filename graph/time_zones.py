"""The names of time zones that there are."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def known_zones() -> frozenset[str]:
    """Return the IANA names, such as "Europe/Lisbon"; blocking at the first call.

    A server asks once before it takes calls, so that none of them waits for a disk.
    """
    return frozenset(available_timezones())


def time_zone(said: object) -> str | None:
    """Return an IANA name; None for anything else, which is no reason to turn anybody away."""
    return said if isinstance(said, str) and said in known_zones() else None
