"""Tokens are added up, and what has no price costs an unknown amount, not nought."""

import pytest
from pydantic import ValidationError

from handrail.graph.spending import Price, Prices, spent

CALLS = [
    {"model": "openai:a", "input": 1_000_000, "cached": 400_000, "output": 100_000},
    {"model": "openai:b", "input": 10, "cached": 0, "output": 5},
]
A, B = Price(input=1.0, cached=0.1, output=4.0), Price(input=0.5, output=2.0)


def test_a_turn_is_added_up():
    found = spent(CALLS, Prices(currency="EUR", models={"openai:a": A, "openai:b": B}))
    assert found == {
        "calls": 2, "models": ["openai:a", "openai:b"], "input": 1_000_010, "cached": 400_000,
        "output": 100_005, "cost": round(0.6 + 0.04 + 0.4 + 0.000005 + 0.00001, 6),
        "currency": "EUR",
    }  # fmt: skip


def test_without_a_price_the_cost_is_unknown():
    found = spent(CALLS, Prices(models={"openai:a": A}))
    assert found["cost"] is None
    assert found["input"] == 1_000_010


def test_cached_input_costs_as_much_as_other_where_nothing_is_said():
    one = [{"model": "openai:b", "input": 1_000_000, "cached": 1_000_000, "output": 0}]
    assert spent(one, Prices(models={"openai:b": B}))["cost"] == 0.5


def test_a_price_is_no_gift():
    with pytest.raises(ValidationError):
        Price(input=-1, output=1)
