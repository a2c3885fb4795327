"""How one attempt at a call may end badly, and how the attempts are told of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

TIMES = {1: "", 2: ", twice"}


class AttemptFailed(Exception):
    """One attempt failed. `reason` is a plain clause: no secret, no data of a customer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Passing(AttemptFailed):
    """It may go better soon.

    `wait` is how long the service asks to be left alone, in seconds; `counts` says whether this
    speaks against the service being up at all.
    """

    def __init__(self, reason: str, *, wait: float = 0.0, counts: bool = True) -> None:
        super().__init__(reason)
        self.wait = wait
        self.counts = counts


class Lasting(AttemptFailed):
    """The next attempt would end the same. `mend` says what to do."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.mend = mend


def tell(doing: str, name: str, reasons: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence for each run of like attempts: "... timed out after 3 s, twice"."""
    runs = [(reason, len(list(run))) for reason, run in groupby(reasons)]
    return tuple(
        f"{doing} at {name}: {reason}{TIMES.get(count, f', {count} times')}"
        for reason, count in runs
    )
