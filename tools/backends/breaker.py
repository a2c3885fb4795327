"""Leave a service alone for a while after it failed several times in a row.

Ours, and small: purgatory 3.0.1 (MIT, last released in November 2024) lets every call through
while it tries whether the service is back, and counts each error unless told of it one by one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from handrail.tools.backends.attempt import Lasting, Passing

MEND = "Look at the service; calls to it begin again by themselves."


class CircuitBreaker:
    """Count failures in a row; after `failures` of them refuse calls for `rest` seconds.

    Then one call alone is let through: it closes the breaker, or opens it again. One breaker is
    shared by all turns of the process, on whichever thread.
    """

    def __init__(
        self, *, failures: int = 5, rest: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = failures
        self._rest = rest
        self._clock = clock
        self._lock = Lock()
        self._failed = 0
        self._until = -math.inf
        self._probing = False

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Let one attempt through, and learn from its end. Raises Lasting while open."""
        probe = self._admit()
        try:
            yield
        except Passing as problem:
            if problem.counts:
                self._note_failure()
            raise
        except Lasting:
            self._note_success()  # it answered
            raise
        else:
            self._note_success()
        finally:
            if probe:
                self._probing = False

    def _admit(self) -> bool:
        """Return whether this call is the one that tries whether the service is back."""
        with self._lock:
            if self._failed < self._most:
                return False
            left = self._until - self._clock()
            if left > 0 or self._probing:
                again = f"the next try is in {math.ceil(left)} s" if left > 0 else "one is trying"
                reason = f"not called, as it failed {self._failed} times in a row; {again}"
                raise Lasting(reason, MEND)
            self._probing = True
            return True

    def _note_success(self) -> None:
        with self._lock:
            self._failed = 0

    def _note_failure(self) -> None:
        with self._lock:
            self._failed += 1
            self._until = self._clock() + self._rest
