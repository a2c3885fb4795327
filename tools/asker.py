"""Who the tools work for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handrail.tools.errors import NotVerified


@dataclass(frozen=True)
class Asker:
    """Who is asking, as the run's context has it; no tool argument can change it.

    `customer_id` is None for a visitor; `verified` says that the host vouches for the customer.
    `time_zone` is where they live, an IANA name; `home_zone` is used where it is not known.
    """

    customer_id: str | None
    verified: bool
    locale: str
    thread_id: str
    time_zone: str | None = None
    home_zone: str = "UTC"

    def account(self) -> str:
        """Return the customer id of a verified customer. Raises NotVerified."""
        if not self.verified or self.customer_id is None:
            raise NotVerified
        return self.customer_id

    def zone(self) -> tzinfo:
        """Return the time zone that days are told in; blocking, as it may be read from disk."""
        for name in (self.time_zone, self.home_zone):
            if name:
                try:
                    return ZoneInfo(name)
                except (ZoneInfoNotFoundError, ValueError, OSError):
                    continue  # a token may name anything
        return UTC
