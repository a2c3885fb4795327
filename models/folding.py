"""Read a text as a person does: other forms of digits and letters folded, hidden ones gone."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_HIDDEN = frozenset({"Cf", "Me"})  # zero-width and direction marks; the key around a keycap digit
_SELECTORS = range(0xFE00, 0xFE10)


@dataclass(frozen=True)
class Folded:
    """A folded text, and for each of its characters the place in the original."""

    text: str
    places: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a non-empty stretch of the folded text stands in the original."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold each character by NFKC and to ASCII digits, in one pass over the text."""
    if text.isascii():
        return Folded(text, None)
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for plain in character if character < "\x80" else _plain(character):
            folded.append(plain)
            places.append(place)
    return Folded("".join(folded), places)


def _plain(character: str) -> str:
    if unicodedata.category(character) in _HIDDEN or ord(character) in _SELECTORS:
        return ""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return unicodedata.normalize("NFKC", character)
