"""The confidence map: from how an intent was ranked to the probability that it is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handrail.models.heads import Calibration


def fit(table: NDArray[np.float64], right: NDArray[np.bool_]) -> Calibration:
    """Fit the logistic map on features (n, 4) and outcomes (n); its figures are left at zero."""
    weights, bias = logistic(table, right)
    return Calibration(weights, bias, n=len(right), ece=0.0, brier=0.0, aurc=0.0)


def logistic(
    table: NDArray[np.float64], truth: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Return weights and bias of the logistic that gives the probability of `truth`."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a second to import

    model = LogisticRegression(max_iter=400).fit(table, truth)
    return np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0])


def save(calibration: Calibration, folder: Path, heads: str) -> Path:
    """Write a map for the heads of this digest; it is used from the next start on."""
    path = _path(folder, heads)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "version": 1, "heads": heads, "weights": calibration.weights.tolist(),
        "bias": calibration.bias, "n": calibration.n, "ece": calibration.ece,
        "brier": calibration.brier, "aurc": calibration.aurc,
    }  # fmt: skip
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return path


def read(folder: Path, heads: str) -> Calibration | None:
    """Return the map saved for these heads; None where there is none, or it is damaged."""
    try:
        kept: dict[str, Any] = json.loads(_path(folder, heads).read_text(encoding="utf-8"))
        return Calibration(
            np.array(kept["weights"], dtype=np.float64), float(kept["bias"]), int(kept["n"]),
            float(kept["ece"]), float(kept["brier"]), float(kept["aurc"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path(folder: Path, heads: str) -> Path:
    return folder / f"confidence-{heads}.json"
