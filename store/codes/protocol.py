"""One-time codes: what is kept of them, and whom a conversation has proved to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

MOST_TRIES = 3
Refusal = Literal["none", "expired", "too_many"]


@dataclass(frozen=True)
class Challenge:
    """One code that was asked for, known by its hash; nobody can read the code in it.

    Bound to the conversation, and to `asked_by`, the customer id that the host named in it (None
    for a visitor). `customer_id` is who it proves; None where no account was found, and then no
    code fits.
    """

    id: str
    thread_id: str
    asked_by: str | None
    customer_id: str | None
    code_hash: str
    created_at: str
    expires_at: str


class Codes(Protocol):
    """Keep challenges. Every method raises StoreDown. Times are ISO 8601 in UTC."""

    async def issue(self, challenge: Challenge) -> None:
        """Keep a challenge, once for each id. Older ones of the conversation end."""
        ...

    async def is_open(self, thread_id: str, asked_by: str | None) -> bool:
        """Tell whether a conversation has a challenge that was not used, however old."""
        ...

    async def attempt(self, thread_id: str, asked_by: str | None, now: str) -> Challenge | Refusal:
        """Return the challenge to compare a code with, and count one try.

        The try is counted before anything is compared, so that many at once are no more than
        three. "none": there is no challenge here; "expired"; "too_many".
        """
        ...

    async def accept(self, challenge_id: str, until: str) -> bool:
        """Use a challenge up: the conversation is trusted till `until`. False if it was used."""
        ...

    async def proved(self, thread_id: str, asked_by: str | None, now: str) -> str | None:
        """Return the customer that a conversation has proved to be, as long as that lasts."""
        ...
