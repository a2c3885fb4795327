"""Measure how far stated probabilities can be believed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS = 15


def measure(stated: NDArray[np.float64], right: NDArray[np.int64]) -> tuple[float, float, float]:
    """Return (ECE, Brier, AURC) of stated probabilities (n) against outcomes 0 or 1 (n).

    ECE over 15 equal-width bins; AURC is the mean selective risk over all coverages, taking the
    most confident first.
    """
    bins = np.minimum((stated * BINS).astype(int), BINS - 1)
    gaps = [abs(float((stated - right)[bins == b].sum())) for b in range(BINS)]
    ece = sum(gaps) / len(right)
    brier = float(np.mean((stated - right) ** 2))
    wrong = np.cumsum(1 - right[np.argsort(-stated, kind="stable")])
    aurc = float(np.mean(wrong / np.arange(1, len(right) + 1)))
    return round(ece, 4), round(brier, 4), round(aurc, 4)
