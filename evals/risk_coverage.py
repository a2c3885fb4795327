"""Risk against coverage: what another confidence threshold would let through. Pure.

A verdict is on a whole episode, wrong where any answer in it was, so the least certain of its
answers stands for it: at a threshold above that, a person would have come in. What was handed over
is never reviewed, so nothing is known below the thresholds that were in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor

from handrail.evals.facts import ReviewFact, TurnFact
from handrail.evals.quality import Rate, rate

CASES = "reviewed conversations"
STEPS = 100  # a threshold is looked at in hundredths
TINY = 1e-9


@dataclass(frozen=True)
class RiskPoint:
    """A threshold, and what it would have come to among the reviewed conversations.

    `coverage` is the share of them that stays with the AI, `risk` the share of these that a
    reviewer found wrong, both in [0, 1]; `risk` is withheld on too few.
    """

    threshold: float
    coverage: float
    risk: Rate


@dataclass(frozen=True)
class RiskCoverage:
    """The curve over `n` reviewed conversations; `threshold` is the one in force.

    There are no points where `withheld` says that too few were reviewed.
    """

    threshold: float
    n: int
    points: tuple[RiskPoint, ...]
    withheld: str | None


def risk_coverage(
    turns: Iterable[TurnFact], reviews: Iterable[ReviewFact], *, threshold: float, minimum: int
) -> RiskCoverage:
    """Return the curve of what was reviewed, with a point at the threshold in force.

    A review without an answer that has a confidence is left out. Below `minimum` reviewed
    conversations there is no curve.
    """
    certainty = least_certain(turns)
    verdicts: dict[str, bool] = {}
    for review in reviews:
        # Where two reviewers differ, the answer counts as wrong.
        verdicts[review.key] = verdicts.get(review.key, False) or review.verdict == "wrong"
    cases = [(certainty[key], wrong) for key, wrong in verdicts.items() if key in certainty]
    enough = rate(0, len(cases), minimum, CASES)
    if enough.withheld:
        return RiskCoverage(threshold, len(cases), (), enough.withheld)
    lines = {floor(sure * STEPS + TINY) / STEPS for sure, _ in cases} | {threshold}
    points = []
    for line in sorted(lines):
        kept = [wrong for sure, wrong in cases if sure >= line]
        risk = rate(sum(kept), len(kept), minimum, CASES)
        points.append(RiskPoint(line, len(kept) / len(cases), risk))
    return RiskCoverage(threshold, len(cases), tuple(points), None)


def least_certain(turns: Iterable[TurnFact]) -> Mapping[str, float]:
    """Return the lowest confidence among the answers of each episode."""
    found: dict[str, float] = {}
    for turn in turns:
        if turn.outcome == "answered" and turn.confidence is not None:
            found[turn.key] = min(found.get(turn.key, 1.0), turn.confidence)
    return found
