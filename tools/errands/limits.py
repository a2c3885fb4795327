"""How many mails an account, a conversation and everybody together may ask for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from limits import parse_many
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

from handrail.store.errands.protocol import Errand
from handrail.tools.counting import open_storage
from handrail.tools.errors import BackendDown


@dataclass(frozen=True)
class MailLimits:
    """How often, in the notation of the library `limits`: "3 per hour; 10 per day"."""

    per_account: str
    per_conversation: str
    overall: str


class Limiter:
    """Count mails in a moving window, in this process or in a server that several share."""

    def __init__(self, storage: Storage) -> None:
        self._windows = MovingWindowRateLimiter(storage)

    @classmethod
    def open(cls, url: str | None = None) -> Limiter:
        """Count in this process, or at a redis:// URL. Raises BadAddress."""
        return cls(open_storage(url))

    async def allows(self, errand: Errand, account: str, limits: MailLimits) -> bool:
        """Count one mail; False where one of the limits is reached. Raises BackendDown.

        `account` is the same however the account was named. Nobody's address is kept, only a hash.
        """
        wanted = (
            ("conversation", errand.thread_id, limits.per_conversation),
            ("account", account, limits.per_account),
            ("overall", "", limits.overall),
        )
        try:
            for what, which, often in wanted:
                named = hashlib.sha256(which.encode("utf-8", "replace")).hexdigest()
                for limit in parse_many(often):
                    if not await self._windows.hit(limit, "handrail", errand.kind, what, named):
                        return False
        except StorageError as problem:
            raise BackendDown(
                f"The limits cannot be counted: {type(problem.storage_error).__name__}",
                "Check HANDRAIL_LIMITS_URL and the server there.",
            ) from problem
        return True
