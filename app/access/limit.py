"""How often something may be done, counted here or in a Redis that servers share."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Sequence

import structlog
from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

from handrail.app.access.tokens import BadSecret
from handrail.tools.counting import open_storage

log = structlog.get_logger("handrail")
NONE = frozenset({"", "0", "none", "off"})
LOOK_AGAIN_SECONDS = 15.0


class Counter:
    """Count in moving windows.

    Where the shared Redis is away this process counts by itself, says so in the log, and tries it
    again after a while: customers are answered, and limits hold for each process meanwhile.
    """

    def __init__(self, shared: Storage | None = None) -> None:
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(shared) if shared else None
        self._away_until = 0.0

    @classmethod
    def open(cls, url: str | None) -> Counter:
        """Count at this address, or here where there is none. Raises BadAddress."""
        return cls(open_storage(url) if url else None)

    async def hit(self, rate: RateLimitItem, *names: str) -> int | None:
        """Count one; None where it may be done, else in how many seconds it may."""
        if self._shared and time.monotonic() >= self._away_until:
            try:
                return await _hit(self._shared, rate, names)
            except StorageError as problem:
                self._away_until = time.monotonic() + LOOK_AGAIN_SECONDS
                why = type(problem.storage_error).__name__
                log.warning("limits_counted_here", problem=why, again_in=LOOK_AGAIN_SECONDS)
        return await _hit(self._here, rate, names)


class Limit:
    """So many in so long, such as "20/minute; 300/day"; "0" sets none.

    `what` names what is counted, and `setting` the variable that says how much.
    """

    def __init__(
        self,
        rate: str,
        counter: Counter | None = None,
        what: str = "visitor",
        setting: str = "HANDRAIL_VISITOR_LIMIT",
    ) -> None:
        """Take rates in the words of the limits library. Raises BadSecret."""
        self.what = what
        self._counter = counter or Counter()
        self._rates = _rates(rate, setting)

    async def hit(self, place: str) -> int | None:
        """Count one from a place; None where it may be done, else in how many seconds.

        The place is kept as a hash: an address in a Redis would be somebody's.
        """
        named = hashlib.sha256(place.encode("utf-8", "replace")).hexdigest()
        for rate in self._rates:
            wait = await self._counter.hit(rate, "handrail", self.what, named)
            if wait is not None:
                return wait
        return None


async def _hit(
    windows: MovingWindowRateLimiter, rate: RateLimitItem, names: Sequence[str]
) -> int | None:
    if await windows.hit(rate, *names):
        return None
    free_at = (await windows.get_window_stats(rate, *names)).reset_time
    return max(1, min(math.ceil(free_at - time.time()), rate.get_expiry()))


def _rates(rate: str, setting: str) -> list[RateLimitItem]:
    if rate.strip().lower() in NONE:
        return []
    try:
        return parse_many(rate)
    except ValueError as problem:
        raise BadSecret(f'{setting} is a rate such as "30/minute", or 0.') from problem
