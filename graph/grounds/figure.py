"""A figure as it is written in a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was written, from where to where, and the readings it may have."""

    text: str
    start: int
    end: int
    readings: frozenset[str]


def blank(text: str, found: Iterable[Figure]) -> str:
    """Return a text with spaces where figures were read: no later notation reads them again."""
    letters = list(text)
    for figure in found:
        letters[figure.start : figure.end] = " " * (figure.end - figure.start)
    return "".join(letters)
