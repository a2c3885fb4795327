"""Grade decisions against labels: deterministic, the figures an outside scorer would give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from handrail.models.calibration import measure


def is_right(label: str, decision: Mapping[str, Any]) -> bool:
    """Tell whether a decision does what "automate:<topic>" or "escalate:<reason>" asks.

    A message out of scope is right whenever a person gets it, for whatever reason.
    """
    kind, _, name = label.partition(":")
    if decision["route"] != kind:
        return False
    if kind == "automate":
        return bool(decision["topic"] == name)
    return name == "out_of_scope" or name in decision["reasons"]


def grade_routing(
    rows: Sequence[Mapping[str, Any]], decisions: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return accuracy, automation precision and coverage, wrong automation by label, calibration.

    Shares are in [0, 1], None where there is nothing to count.
    """
    right = [is_right(r["label"], d) for r, d in zip(rows, decisions, strict=True)]
    automated = [good for good, d in zip(right, decisions, strict=True) if d["route"] == "automate"]
    automatable = [
        good for good, r in zip(right, rows, strict=True) if r["label"].startswith("automate:")
    ]
    wrongly: dict[str, list[bool]] = defaultdict(list)
    for row, decision in zip(rows, decisions, strict=True):
        if row["label"].startswith("escalate:"):
            wrongly[row["label"]].append(decision["route"] == "automate")
    return {
        "n": len(rows),
        "accuracy": share(right),
        "automation_precision": share(automated),
        "automation_coverage": share(automatable),
        "wrongly_automated": {k: [share(v), len(v)] for k, v in sorted(wrongly.items())},
        "confidence": grade_calibration(rows, decisions)["all"],
    }


def grade_calibration(
    rows: Sequence[Mapping[str, Any]], decisions: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return n, ECE, Brier and AURC of the confidence over all rows that got one, and by source.

    The figures are None where there is nothing to measure.
    """
    points: dict[str, list[tuple[float, int]]] = {"all": []}
    for row, decision in zip(rows, decisions, strict=True):
        if decision["confidence"] is not None:
            right = int(row["label"] == f"automate:{decision['topic']}")
            for group in ("all", str(row.get("source", "?"))):
                points.setdefault(group, []).append((decision["confidence"], right))
    return {group: _calibration(found) for group, found in points.items()}


def _calibration(points: Sequence[tuple[float, int]]) -> dict[str, Any]:
    if not points:
        return {"n": 0, "ece": None, "brier": None, "aurc": None}
    ece, brier, aurc = measure(np.array([p for p, _ in points]), np.array([r for _, r in points]))
    return {"n": len(points), "ece": ece, "brier": brier, "aurc": aurc}


def grade_guard(
    guard: str, rows: Sequence[Mapping[str, Any]], decisions: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return precision, recall and false-alarm rate of one guard, each in [0, 1] or None.

    With them come up to ten false alarms and ten misses, the surest and the farthest first.
    """
    fired = [bool(d["signals"].get(guard, {}).get("fired")) for d in decisions]
    pairs = list(zip([bool(r["label"]) for r in rows], fired, strict=True))
    alarms = [should for should, did in pairs if did]
    scored = [
        (float(d["signals"].get(guard, {}).get("score", 0.0)), should, did, str(r.get("text", "")))
        for r, d, (should, did) in zip(rows, decisions, pairs, strict=True)
    ]
    scored.sort(key=lambda row: -row[0])
    return {
        "false_alarms": [text[:160] for _, should, did, text in scored if did and not should][:10],
        "misses": [text[:160] for _, should, did, text in scored[::-1] if should and not did][:10],
        "n": len(pairs),
        "precision": share(alarms),
        "recall": share([did for should, did in pairs if should]),
        "false_alarm_rate": share([did for should, did in pairs if not should]),
    }


def share(outcomes: Sequence[bool]) -> float | None:
    """Return the share of True, None of nothing."""
    return round(sum(outcomes) / len(outcomes), 4) if outcomes else None
