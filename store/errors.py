"""What may go wrong with a store."""

from __future__ import annotations


class StoreDown(Exception):
    """A store cannot be used. `what` went wrong, and how to `mend` it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what, mend)
        self.what = what
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.what}. {self.mend}"
