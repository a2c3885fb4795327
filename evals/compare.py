"""Compare two sets of decisions: which rows would go another way under another policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from handrail.evals.rows import Row

EXAMPLES = 3


@dataclass
class Change:
    """Rows that gained or lost one reason for a person."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def compare(
    rows: Sequence[Row], before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]
) -> dict[str, Change]:
    """Return by reason the texts whose escalation for that reason is new or gone."""
    found: dict[str, Change] = defaultdict(Change)
    for row, old, new in zip(rows, before, after, strict=True):
        text = row.conversation()[-1].text
        for reason in set(new["reasons"]) - set(old["reasons"]):
            found[reason].added.append(text)
        for reason in set(old["reasons"]) - set(new["reasons"]):
            found[reason].removed.append(text)
    return dict(sorted(found.items()))
