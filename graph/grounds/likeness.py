"""How like two words, and how much of a sentence's matter stands in another text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from handrail.graph.grounds.words import STEM, are_forms

ALIGNED = 0.5  # cover from which a clause of a sentence has its counterpart in a source
UNLIKE, ALIKE = 0.55, 0.8  # cosine of two words that have nothing, and everything, in common


class Likeness:
    """Likeness in [0, 1] of each word that is said to each word of the sources."""

    def __init__(
        self, said: Iterable[str], known: Iterable[str], vectors: Mapping[str, NDArray[np.float32]]
    ) -> None:
        self._rows = {word: place for place, word in enumerate(dict.fromkeys(said))}
        self._columns = {word: place for place, word in enumerate(dict.fromkeys(known))}
        self._matrix = np.zeros((len(self._rows), len(self._columns)), dtype=np.float32)
        if not self._rows or not self._columns:
            return
        ours = np.stack([vectors[word] for word in self._rows])
        theirs = np.stack([vectors[word] for word in self._columns])
        near = (ours @ theirs.T - UNLIKE) / (ALIKE - UNLIKE)
        self._matrix = np.clip(near, 0.0, 1.0)
        self._same_forms()

    def of(self, word: str, known: Iterable[str]) -> float:
        """Return how like a word is to the nearest of some known words."""
        places = self._places(known)
        return float(self._matrix[self._rows[word], places].max()) if places else 0.0

    def cover(
        self, said: Iterable[str], known: Iterable[str], weights: Sequence[float] | None = None
    ) -> float:
        """Return the mean likeness of words said to the nearest known; 1 where nothing is said."""
        rows = [self._rows[word] for word in said if word in self._rows]
        places = self._places(known)
        if not rows:
            return 1.0
        if not places:
            return 0.0
        nearest = self._matrix[np.ix_(rows, places)].max(axis=1)
        return float(np.average(nearest, weights=weights))

    def recall(self, known: Iterable[str], said: Iterable[str]) -> float:
        """Return the mean likeness of known words to the nearest said; 1 where none is known."""
        places = self._places(known)
        rows = [self._rows[word] for word in said if word in self._rows]
        if not places:
            return 1.0
        return float(self._matrix[np.ix_(rows, places)].max(axis=0).mean()) if rows else 0.0

    def _places(self, known: Iterable[str]) -> list[int]:
        return [self._columns[word] for word in known if word in self._columns]

    def _same_forms(self) -> None:
        """Count forms of one word as alike, however far apart the encoder places them."""
        by_stem: dict[str, list[str]] = {}
        for word in self._columns:
            by_stem.setdefault(word[:STEM], []).append(word)
        long = [word for word in self._columns if len(word) > 2 * STEM]
        for word, row in self._rows.items():
            near = by_stem.get(word[:STEM], [])
            inside = self._columns if len(word) > 2 * STEM else long
            for other in (*near, *inside):
                if are_forms(word, other):
                    self._matrix[row, self._columns[other]] = 1.0
