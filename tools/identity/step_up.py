"""Step-up: a one-time code to the address on file proves who is in a conversation.

Six digits, good for ten minutes and three tries; the conversation is then trusted for half an
hour, as long as it is the same conversation and the host names the same customer in it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from handrail.store.codes.protocol import Challenge, Codes
from handrail.store.moment import iso

CODE_LASTS = timedelta(minutes=10)
PROOF_LASTS = timedelta(minutes=30)
DIGITS = 6

Proof = Literal["accepted", "wrong", "expired", "too_many"]


class StepUp:
    """Make and check one-time codes. Every method raises StoreDown.

    `secret` keys the hash: six digits are few enough to try them all against a plain one.
    """

    def __init__(self, codes: Codes, secret: str, clock: Callable[[], datetime]) -> None:
        self._codes = codes
        self._key = hashlib.sha256(f"handrail.one-time-code:{secret}".encode()).digest()
        self._clock = clock

    async def issue(
        self, key: str, thread_id: str, asked_by: str | None, customer_id: str | None
    ) -> str:
        """Return a new code. Without a customer it is made all the same, and never fits.

        `key` names the errand; a second code for the same one replaces the first.
        """
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        now = self._clock()
        await self._codes.issue(
            Challenge(
                id=hashlib.sha256(f"{key}:{secrets.token_hex(8)}".encode()).hexdigest(),
                thread_id=thread_id,
                asked_by=asked_by,
                customer_id=customer_id,
                code_hash=self.seal(thread_id, code),
                created_at=iso(now),
                expires_at=iso(now + CODE_LASTS),
            )
        )
        return code

    async def is_open(self, thread_id: str, asked_by: str | None) -> bool:
        """Tell whether a conversation has a code that was not used, however old."""
        return await self._codes.is_open(thread_id, asked_by)

    async def prove(self, thread_id: str, asked_by: str | None, code: str) -> Proof | None:
        """Check a code, or the seal of one; None where none was asked for.

        A right one is used up by it.
        """
        now = self._clock()
        found = await self._codes.attempt(thread_id, asked_by, iso(now))
        if not isinstance(found, Challenge):
            return None if found == "none" else found
        given = code if len(code) > DIGITS else self.seal(thread_id, code)
        fits = hmac.compare_digest(found.code_hash, given)
        if not (fits and found.customer_id is not None):
            return "wrong"
        used = await self._codes.accept(found.id, iso(now + PROOF_LASTS))
        return "accepted" if used else "expired"

    async def proved(self, thread_id: str, asked_by: str | None) -> str | None:
        """Return the customer that this conversation has proved to be, as long as that lasts."""
        return await self._codes.proved(thread_id, asked_by, iso(self._clock()))

    def seal(self, thread_id: str, code: str) -> str:
        """Return what may be kept of a code: 64 hexadecimal digits, worth nothing elsewhere."""
        return hmac.digest(self._key, f"{thread_id}\n{code}".encode(), "sha256").hex()
