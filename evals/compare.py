"""Compare two sets of decisions: which rows would go another way under another policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from handrail.evals.rows import Row
from handrail.graph.policy import Policy

EXAMPLES = 3


@dataclass
class Change:
    """Rows that gained or lost one reason for a person."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


@dataclass
class Comparison:
    """What another policy changes.

    `reasons` counts each reason by itself; `more` and `fewer` are conversations that reach a
    person under one policy only, and `minutes` what a person would spend on them, more or less.
    """

    reasons: dict[str, Change]
    more: int
    fewer: int
    minutes: float


def compare(
    rows: Sequence[Row],
    before: Sequence[dict[str, Any]],
    after: Sequence[dict[str, Any]],
    policy: Policy,
) -> Comparison:
    """Compare decisions row by row; `policy` says how long a person takes for each reason."""
    found: dict[str, Change] = defaultdict(Change)
    more = fewer = 0
    minutes = 0.0
    for row, old, new in zip(rows, before, after, strict=True):
        text = row.conversation()[-1].text
        for reason in set(new["reasons"]) - set(old["reasons"]):
            found[reason].added.append(text)
        for reason in set(old["reasons"]) - set(new["reasons"]):
            found[reason].removed.append(text)
        if new["reasons"] and not old["reasons"]:
            more += 1
            minutes += policy.queue(new["reasons"][0]).handling_minutes
        if old["reasons"] and not new["reasons"]:
            fewer += 1
            minutes -= policy.queue(old["reasons"][0]).handling_minutes
    return Comparison(dict(sorted(found.items())), more, fewer, minutes)
