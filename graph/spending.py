"""What models of others took: tokens as they count them, and the cost by the policy's prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handrail.graph.policy import Prices
from handrail.graph.state import Usage

MILLION = 1_000_000


def spent(usage: Sequence[Usage], prices: Prices) -> dict[str, Any]:
    """Return the sum of a turn's calls: {"calls", "models", "input", "cached", "output", "cost"}.

    Tokens; `cached` are among the `input`. `cost` is in the policy's currency, None where a model
    has no price there: it is unknown then, not nought.
    """
    costs = [_cost(one, prices) for one in usage]
    return {
        "calls": len(usage),
        "models": list(dict.fromkeys(one["model"] for one in usage)),
        "input": sum(one["input"] for one in usage),
        "cached": sum(one["cached"] for one in usage),
        "output": sum(one["output"] for one in usage),
        "cost": None if None in costs else round(sum(c for c in costs if c is not None), 6),
        "currency": prices.currency,
    }


def _cost(one: Usage, prices: Prices) -> float | None:
    price = prices.models.get(one["model"])
    if price is None:
        return None
    cached = price.input if price.cached is None else price.cached
    fresh = one["input"] - one["cached"]
    return (fresh * price.input + one["cached"] * cached + one["output"] * price.output) / MILLION
