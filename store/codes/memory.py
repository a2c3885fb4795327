"""One-time codes in memory: for replay and tests, gone when the process ends."""

from __future__ import annotations

from dataclasses import dataclass

from handrail.store.codes.protocol import MOST_TRIES, Challenge, Refusal


@dataclass
class _Kept:
    challenge: Challenge
    tries: int = 0
    ended: bool = False
    proves_until: str | None = None


class MemoryCodes:
    """Keep challenges in a list, the newest last."""

    def __init__(self) -> None:
        self._kept: list[_Kept] = []

    async def issue(self, challenge: Challenge) -> None:
        """Keep a challenge, once for each id. Older ones of the conversation end."""
        if any(kept.challenge.id == challenge.id for kept in self._kept):
            return
        for kept in self._kept:
            kept.ended |= kept.challenge.thread_id == challenge.thread_id
        self._kept.append(_Kept(challenge))

    async def is_open(self, thread_id: str, asked_by: str | None) -> bool:
        """Tell whether a conversation has a challenge that was not used, however old."""
        return any(
            (kept.challenge.thread_id, kept.challenge.asked_by) == (thread_id, asked_by)
            for kept in self._kept
            if not kept.ended
        )

    async def attempt(self, thread_id: str, asked_by: str | None, now: str) -> Challenge | Refusal:
        """Return the challenge to compare a code with, and count one try."""
        for kept in reversed(self._kept):
            challenge = kept.challenge
            if (challenge.thread_id, challenge.asked_by) != (thread_id, asked_by) or kept.ended:
                continue
            if challenge.expires_at <= now:
                return "expired"
            if kept.tries >= MOST_TRIES:
                return "too_many"
            kept.tries += 1
            return challenge
        return "none"

    async def accept(self, challenge_id: str, until: str) -> bool:
        """Use a challenge up: the conversation is trusted till `until`. False if it was used."""
        for kept in self._kept:
            if kept.challenge.id == challenge_id and not kept.ended:
                kept.ended, kept.proves_until = True, until
                return True
        return False

    async def proved(self, thread_id: str, asked_by: str | None, now: str) -> str | None:
        """Return the customer that a conversation has proved to be, as long as that lasts."""
        for kept in reversed(self._kept):
            mine = (kept.challenge.thread_id, kept.challenge.asked_by) == (thread_id, asked_by)
            if mine and kept.proves_until and now < kept.proves_until:
                return kept.challenge.customer_id
        return None
