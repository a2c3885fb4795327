"""The arithmetic of satisfaction: share satisfied, response rate, Wilson interval. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.96  # 95 %
SATISFIED = 4


@dataclass(frozen=True)
class PathFigure:
    """One path: `resolved` episodes, `n` of them rated, and the share rated 4 or 5.

    `satisfied`, `low` and `high` are in [0, 1] (a 95 % Wilson interval), None where withheld.
    """

    resolved: int
    n: int
    response_rate: float | None
    satisfied: float | None
    low: float | None
    high: float | None
    withheld: str | None


def figure(resolved: int, ratings: list[int], minimum: int) -> PathFigure:
    """Return the figure of one path, or the reason why it is withheld."""
    n = len(ratings)
    response = n / resolved if resolved else None
    if n < minimum:
        reason = f"{n} of at least {minimum} ratings"
        return PathFigure(resolved, n, response, None, None, None, reason)
    happy = sum(1 for rating in ratings if rating >= SATISFIED)
    low, high = wilson(happy, n)
    return PathFigure(resolved, n, response, happy / n, low, high, None)


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share; (0, 1) where n is 0."""
    if n == 0:
        return 0.0, 1.0
    share = successes / n
    centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return max(0.0, centre - half), min(1.0, centre + half)
