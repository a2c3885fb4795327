"""pass^k: how likely it is that a task is done k times in a row. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb


def pass_hat(results: Sequence[Sequence[bool]], k: int) -> float:
    """Return the mean over tasks of C(c, k) / C(n, k), for c passed trials of n; in [0, 1].

    The unbiased estimate of Yao and others, "tau-bench" (2024). Raises ValueError where there is
    no task, or one with fewer than k trials.
    """
    if not results:
        raise ValueError("pass^k needs at least one task")
    if k < 1 or any(len(trials) < k for trials in results):
        raise ValueError(f"pass^{k} needs at least {max(k, 1)} trials of each task")
    return sum(comb(sum(trials), k) / comb(len(trials), k) for trials in results) / len(results)
