"""How often something may be done from one place, counted in this process."""

from __future__ import annotations

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from handrail.app.access.tokens import BadSecret


class Limit:
    """So many in so long, such as "30/minute". Each process counts for itself."""

    def __init__(self, rate: str) -> None:
        """Take a rate in the words of the limits library. Raises BadSecret."""
        try:
            self._rate = parse(rate)
        except ValueError as problem:
            raise BadSecret('HANDRAIL_VISITOR_LIMIT is a rate such as "30/minute".') from problem
        self._counted = MovingWindowRateLimiter(MemoryStorage())

    @property
    def seconds(self) -> int:
        """After how many seconds all may be done again."""
        return self._rate.get_expiry()

    async def hit(self, place: str) -> bool:
        """Count one from a place; tell whether it may be done."""
        return await self._counted.hit(self._rate, place)
