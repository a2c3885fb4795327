"""What is left of a decision once nobody is to be known by it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What the figures and the record of actions need; whatever else a payload holds goes.
FACTS = frozenset({
    "topic", "reasons", "confidence", "language", "route", "channel", "created", "path", "asked",
    "cited", "event", "type", "problem", "queue", "rating", "false_handoff", "says", "status",
    "amount_cents", "granted_cents", "currency",
})  # fmt: skip


def without_words(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of an audit row: no words of the customer's, and nothing that names."""
    kept = {name: fact for name, fact in payload.items() if name in FACTS}
    signals = payload.get("signals") or {}
    kept["signals"] = {guard: _without_match(signal) for guard, signal in signals.items()}
    kept["evidence"] = _figures(payload.get("evidence") or {})
    return kept


def without_matches(reasons: list[Any]) -> list[Any]:
    """Return the reasons of a packet without the words that made a guard fire."""
    return [_without_match(reason) for reason in reasons]


def _without_match(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "words": []}


def _figures(held: Any) -> Any:
    """Return the numbers of evidence, however deep, and none of its texts."""
    if isinstance(held, Mapping):
        found = {name: _figures(fact) for name, fact in held.items()}
        return {name: fact for name, fact in found.items() if fact is not None}
    if isinstance(held, list):
        return [fact for fact in map(_figures, held) if fact is not None]
    return held if isinstance(held, bool | int | float) else None
