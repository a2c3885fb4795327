"""The arithmetic of quality: rates with their intervals, bars, and deflection. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handrail.graph.policy import Quality
from handrail.store.csat.figures import wilson

NAMES = {
    "ai_csat": "AI CSAT",
    "reopened": "Reopen rate",
    "wrong_answers": "Wrong answers",
    "false_handoffs": "False handoffs",
}
MOST_DECIMALS = 6


@dataclass(frozen=True)
class Bars:
    """What must hold, each on at least `minimum` cases, before a deflection figure is shown.

    `csat_ai` is a floor and the other three are ceilings, all shares in [0, 1].
    """

    minimum: int = 30
    csat_ai: float = 0.8
    reopen_rate: float = 0.1
    wrong_answers: float = 0.03
    false_handoffs: float = 0.15
    window_days: int = 7

    @classmethod
    def of(cls, quality: Quality) -> Bars:
        """Return the bars that a policy sets."""
        return cls(**quality.model_dump())


@dataclass(frozen=True)
class Rate:
    """A share of `n` cases with its 95 % Wilson interval, all in [0, 1].

    `value`, `low` and `high` are None where there are too few cases, and `withheld` says so.
    `bar` is None where nothing is asked of the rate; `holds` is None without a bar or a value.
    """

    n: int
    value: float | None
    low: float | None
    high: float | None
    bar: float | None
    holds: bool | None
    withheld: str | None


@dataclass(frozen=True)
class Deflection:
    """The share of what customers began that the AI durably resolved, or why it is withheld."""

    value: float | None
    low: float | None
    high: float | None
    numerator: int | None
    denominator: int | None
    withheld: tuple[str, ...]


def rate(count: int, n: int, minimum: int, cases: str) -> Rate:
    """Return `count` of `n`, withheld below `minimum`; `cases` names what is counted."""
    needed = max(minimum, 1)
    if n < needed:
        return Rate(n, None, None, None, None, None, f"{n} of at least {needed} {cases}")
    low, high = wilson(count, n)
    return Rate(n, count / n, low, high, None, None, None)


def at_least(bar: float, found: Rate) -> Rate:
    """Hold a rate to a floor: the lower end of its interval must reach it."""
    holds = None if found.low is None else found.low >= bar
    return Rate(found.n, found.value, found.low, found.high, bar, holds, found.withheld)


def at_most(bar: float, found: Rate) -> Rate:
    """Hold a rate to a ceiling: the upper end of its interval must stay within it."""
    holds = None if found.high is None else found.high <= bar
    return Rate(found.n, found.value, found.low, found.high, bar, holds, found.withheld)


def deflection(durable: int, began: int, quality: Mapping[str, Rate]) -> Deflection:
    """Return `durable` of `began` episodes where every bar holds, else what is missing."""
    missing = tuple(
        f"{NAMES[name]}: {shortfall(found)}" for name, found in quality.items() if not found.holds
    )
    if missing:
        return Deflection(None, None, None, None, None, missing)
    low, high = wilson(durable, began)
    return Deflection(durable / began, low, high, durable, began, ())


def shortfall(found: Rate) -> str:
    """Say why a bar does not hold: the data that is missing, or the interval and the bar."""
    if found.low is None or found.high is None or found.bar is None:
        return found.withheld or "no bar"
    for decimals in range(MOST_DECIMALS):
        low, high, bar = (percent(share, decimals) for share in (found.low, found.high, found.bar))
        # A bar that was missed must not look like one that was met.
        if bar not in {low, high}:
            break
    return f"between {low} and {high}, the bar is {bar}"


def percent(share: float, decimals: int = 0) -> str:
    """Return a share as people write it: 0.08 is "8 %"."""
    return f"{100 * share:.{decimals}f} %"
