"""Who the tools work for."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handrail.tools.errors import NotVerified

_zones: dict[str, tzinfo] = {}  # there are some 600
CodeState = Literal["not_offered", "none", "waiting", "wrong", "expired", "too_many"]


@dataclass(frozen=True)
class Asker:
    """Who is asking, as the run's context has it; no tool argument can change it.

    `customer_id` is None for a visitor; `verified` says that the host vouches for the customer, or
    that they have proved it with a one-time code. `code` is how such a proof stands. `turn` names
    the message that is being answered: what a WRITE does, it does once for each turn. `time_zone`
    is where they live, an IANA name; `home_zone` is used where it is not known.
    """

    customer_id: str | None
    verified: bool
    locale: str
    thread_id: str
    turn: str = ""
    episode: int = 1
    policy_version: str = ""
    code: CodeState = "not_offered"
    time_zone: str | None = None
    home_zone: str = "UTC"

    def account(self) -> str:
        """Return the customer id of a verified customer. Raises NotVerified."""
        if not self.verified or self.customer_id is None:
            raise NotVerified
        return self.customer_id

    def key(self, what: str) -> str:
        """Return the idempotency key of one thing done in this turn: 64 hexadecimal digits."""
        named = f"{self.thread_id}\n{self.episode}\n{self.turn}\n{what}"
        return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()

    async def zone(self) -> tzinfo:
        """Return the time zone that days are told in; each is read from disk once."""
        for name in (self.time_zone, self.home_zone):
            found = _zones.get(name or "")
            if name and found is None:
                found = await asyncio.to_thread(_read_zone, name)
            if found:
                return found
        return UTC


def _read_zone(name: str) -> tzinfo | None:
    """Return a zone and keep it; None where there is no such zone: a token may name anything."""
    try:
        _zones[name] = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return _zones[name]
