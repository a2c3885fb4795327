"""Count turns by how certain they were and what came of them: answered, or handed over. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from handrail.evals.facts import TurnFact

BINS = 20
TINY = 1e-9  # 0.7 begins a bin, whatever it is in binary


@dataclass(frozen=True)
class ConfidenceBin:
    """The turns with a confidence in [`low`, `high`); the last bin holds 1 as well."""

    low: float
    high: float
    answered: int
    handed_over: int


@dataclass(frozen=True)
class ConfidenceSpread:
    """The bins from 0 to 1, and the turns that were decided before there was a confidence."""

    bins: tuple[ConfidenceBin, ...]
    answered_unscored: int
    handed_over_unscored: int


def confidence_spread(turns: Iterable[TurnFact]) -> ConfidenceSpread:
    """Return how many turns fell into each bin, by what came of them."""
    counts = Counter((turn.outcome, _bin(turn.confidence)) for turn in turns)
    return ConfidenceSpread(
        bins=tuple(
            ConfidenceBin(
                place / BINS, (place + 1) / BINS,
                counts["answered", place], counts["handed_over", place],
            )
            for place in range(BINS)
        ),
        answered_unscored=counts["answered", None],
        handed_over_unscored=counts["handed_over", None],
    )  # fmt: skip


def _bin(confidence: float | None) -> int | None:
    if confidence is None:
        return None
    return min(max(int(confidence * BINS + TINY), 0), BINS - 1)
