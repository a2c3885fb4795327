"""Errands in memory: for tests, gone when the process ends; and none at all, for replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handrail.store.errands.protocol import Errand, ErrandKind, ErrandOutcome, Leased


@dataclass
class _Kept:
    errand: Errand
    next_at: str
    attempts: int = 0
    status: str = "waiting"
    outcome: ErrandOutcome | None = None
    error: str = ""


class MemoryErrands:
    """Keep errands in a dictionary."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    async def add(self, errand: Errand) -> bool:
        """Keep an errand, once for each id. True if it is new."""
        if errand.id in self._kept:
            return False
        self._kept[errand.id] = _Kept(errand, errand.created_at)
        return True

    async def due(self, now: str, lease_until: str, limit: int = 20) -> Sequence[Leased]:
        """Lease at most `limit` errands, the longest due first."""
        waiting = [kept for kept in self._waiting() if kept.next_at <= now]
        leased = []
        for kept in sorted(waiting, key=lambda kept: (kept.next_at, kept.errand.id))[:limit]:
            kept.attempts, kept.next_at = kept.attempts + 1, lease_until
            leased.append(Leased(kept.errand, kept.attempts))
        return leased

    async def done(self, leased: Leased, outcome: ErrandOutcome, at: str) -> None:
        """Record what it came to, and forget whom it was for."""
        kept = self._kept[leased.errand.id]
        kept.status, kept.outcome, kept.next_at = "done", outcome, at
        kept.errand = replace(kept.errand, identifier="", asked_by=None)

    async def failed(self, leased: Leased, error: str, next_at: str | None) -> None:
        """Record a failed attempt, to be tried again at `next_at`; None gives it up."""
        kept = self._kept[leased.errand.id]
        if kept.status != "waiting" or kept.attempts != leased.attempts:
            return
        kept.error = error
        if next_at is None:
            kept.status, kept.errand = "dead", replace(kept.errand, identifier="")
        else:
            kept.next_at = next_at

    async def stuck(self, kind: ErrandKind, since: str) -> str | None:
        """Return what went wrong with the oldest one of a kind that waits since before `since`."""
        old = [
            kept
            for kept in self._waiting()
            if kept.errand.kind == kind and kept.errand.created_at < since
        ]
        return min(old, key=lambda kept: kept.errand.created_at).error if old else None

    async def pending(self) -> int:
        """Count the errands still to be done."""
        return len(self._waiting())

    def outcomes(self) -> list[ErrandOutcome | None]:
        """Return what each came to, in the order they were left."""
        return [kept.outcome for kept in self._kept.values()]

    def _waiting(self) -> list[_Kept]:
        return [kept for kept in self._kept.values() if kept.status == "waiting"]


class NoErrands(MemoryErrands):
    """Take every errand and keep none: what decides without side effects sends nothing."""

    async def add(self, errand: Errand) -> bool:
        """Keep nothing."""
        return True
