"""What models of others took: tokens as they count them, and the cost by the policy's prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from handrail.graph.part import Part
from handrail.graph.state import Usage

MILLION = 1_000_000


class Price(Part):
    """What a million tokens of a model cost; `cached` input costs as much as other if unset."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)


class Prices(Part):
    """What models of others cost, by the names in HANDRAIL_MODEL; a cost without one is unknown."""

    currency: str = "USD"
    models: dict[str, Price] = Field(default_factory=dict)


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
