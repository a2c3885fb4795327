"""The confidence maps: from evidence to the probability that something is right.

The intent map, fitted with the heads on our own utterances, says how sure the topic is. The answer
map says how sure the whole answer is, from that and from what was found; a company fits it on
rows of its own. Without one the found passage is weighed conservatively (graph/assess.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handrail.models.heads import Calibration

VERSION = 2
FEATURES = ("intent_logit", "looked_up", "similarity", "similarity_margin", "same_topic")


def fit(table: NDArray[np.float64], right: NDArray[np.bool_]) -> Calibration:
    """Fit the logistic map on features (n, m) and outcomes (n); its figures are left at zero."""
    weights, bias = logistic(table, right)
    return Calibration(weights, bias, n=len(right), ece=0.0, brier=0.0, aurc=0.0)


def logistic(
    table: NDArray[np.float64], truth: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Return weights and bias of the logistic that gives the probability of `truth`."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a second to import

    model = LogisticRegression(max_iter=400).fit(table, truth)
    return np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0])


def evidence_features(evidence: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return what the answer map is fitted on (5): FEATURES, 0 where no passage was looked for."""
    sure = min(max(float(evidence.get("intent_certainty", 1.0)), 1e-4), 1 - 1e-4)
    looked = "similarity" in evidence
    return np.array([
        np.log(sure / (1 - sure)),
        float(looked),
        float(evidence["similarity"]) if looked else 0.0,
        float(evidence["similarity_margin"]) if looked else 0.0,
        float(evidence["same_topic"]) if looked else 0.0,
    ])  # fmt: skip


def save(fitted: Calibration, folder: Path, heads: str) -> Path:
    """Write an answer map for the heads of this digest; it is used from the next start on."""
    path = _path(folder, heads)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "version": VERSION, "heads": heads, "features": FEATURES,
        "weights": fitted.weights.tolist(), "bias": fitted.bias, "n": fitted.n,
        "ece": fitted.ece, "brier": fitted.brier, "aurc": fitted.aurc,
    }  # fmt: skip
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return path


def read(folder: Path, heads: str) -> Calibration | None:
    """Return the map saved for these heads; None where there is none, or it is of no use."""
    try:
        kept: dict[str, Any] = json.loads(_path(folder, heads).read_text(encoding="utf-8"))
        if kept["version"] != VERSION or tuple(kept["features"]) != FEATURES:
            return None
        return Calibration(
            np.array(kept["weights"], dtype=np.float64), float(kept["bias"]), int(kept["n"]),
            float(kept["ece"]), float(kept["brier"]), float(kept["aurc"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None


def made_at(folder: Path, heads: str) -> datetime | None:
    """Return when the map for these heads was fitted, in UTC; None where there is none."""
    try:
        return datetime.fromtimestamp(_path(folder, heads).stat().st_mtime, UTC)
    except OSError:
        return None


def _path(folder: Path, heads: str) -> Path:
    return folder / f"confidence-{heads}.json"
