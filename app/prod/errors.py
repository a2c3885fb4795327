"""What keeps production from starting, and what to mend."""

from __future__ import annotations


class CannotStart(Exception):
    """Something that production stands on is not there, or did not start."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}. {mend}")
        self.what, self.mend = what, mend
