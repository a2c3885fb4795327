"""How many threads a product of matrices takes: one, so that turns side by side do not wait."""

from __future__ import annotations

import os

SAID_BY = frozenset({"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"})


def one_thread_each() -> None:
    """Have BLAS compute each product in one thread, unless the environment says how many.

    The products of a turn take a millisecond. A second thread gains little of that on an idle
    machine, and on a busy one both spin until the other gets a core.
    """
    if SAID_BY.isdisjoint(os.environ):
        from threadpoolctl import threadpool_limits  # noqa: PLC0415 - where models are loaded

        threadpool_limits(1, user_api="blas")
