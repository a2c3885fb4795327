"""Rank passages for a question: a kernel machine over what they say and what is asked for them.

Nearness alone answers "how big a tent" to everyone who names a tent. Kernel ridge regression
weighs all rows against each other, so that a word that every passage's questions share counts for
little. Two kernels are summed: a Gaussian on the sentence vectors (meaning) and the cosine of
character n-grams (letters: product names, sums, typing errors). docs/adr/0008 has the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GAMMA = 1.5
LETTERS = 1.0
RIDGE = 0.1
NEARNESS = 0.2  # how much plain nearness adds; it orders passages that nobody asked for yet


@dataclass(frozen=True)
class Rows:
    """What passages are found by: `vectors` (n, 512) of unit rows, and their texts.

    `passages[i]` is the id of the passage of row i; `is_text[i]` tells its own words from a
    question that is asked for it.
    """

    passages: list[str]
    vectors: NDArray[np.float32]
    texts: list[str]
    is_text: NDArray[np.bool_]


@dataclass(frozen=True)
class Standing:
    """A passage for one question: its `similarity`, a cosine in [-1, 1], and its `rank`."""

    passage: str
    similarity: float
    rank: float


class Ranker:
    """Learn rows once, in time that grows with the cube of their number; then rank questions."""

    def __init__(self, rows: Rows) -> None:
        self._vectors = rows.vectors
        self._ids, self._owner = np.unique(np.asarray(rows.passages), return_inverse=True)
        self._is_text = rows.is_text
        # Here, because they take a second to import, and most commands never learn anything.
        from scipy.linalg import solve  # noqa: PLC0415
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

        letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, dtype=np.float32
        )
        self._grams = letters.fit_transform(rows.texts)
        self._place: dict[str, int] = letters.vocabulary_
        self._rarity = letters.idf_.astype(np.float32)
        self._grams_of: Callable[[str], list[str]] = letters.build_analyzer()
        wanted = np.eye(len(self._ids), dtype=np.float32)[self._owner] - 1.0 / len(self._ids)
        kernel = _gaussian(rows.vectors @ rows.vectors.T)
        kernel += LETTERS * (self._grams @ self._grams.T).toarray()
        kernel[np.diag_indices_from(kernel)] += RIDGE
        self._dual: NDArray[np.float32] = solve(kernel, wanted, assume_a="pos")

    def rank(self, vector: NDArray[np.float32], text: str, n: int) -> list[Standing]:
        """Return the best `n` passages for a unit vector (512) and the text it stands for."""
        near = self._vectors @ vector
        kernel = _gaussian(near) + LETTERS * (self._grams @ self._spelled(text))
        learned = kernel @ self._dual
        own = self._nearest(near, self._is_text, 1)
        asked = self._nearest(near, ~self._is_text, 2)
        plain = np.nan_to_num(own) + np.nan_to_num(asked)
        rank = learned + NEARNESS * plain
        similarity = np.fmax(own, asked)
        return [
            Standing(str(self._ids[i]), float(similarity[i]), float(rank[i]))
            for i in np.argsort(-rank, kind="stable")[:n]
        ]

    def _spelled(self, text: str) -> NDArray[np.float32]:
        """Return the unit row of a text's grams, as scikit-learn would after checks of its own."""
        known = (self._place.get(gram) for gram in self._grams_of(text))
        counts = Counter(place for place in known if place is not None)
        row = np.zeros(len(self._rarity), dtype=np.float32)
        if counts:
            places = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
            often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
            weights = (np.log(often) + 1.0) * self._rarity[places]
            row[places] = weights / np.linalg.norm(weights)
        return row

    def _nearest(
        self, near: NDArray[np.float32], among: NDArray[np.bool_], n: int
    ) -> NDArray[np.float32]:
        """Return for each passage the mean cosine of its `n` nearest rows; nan where none is."""
        rows = np.flatnonzero(among)
        rows = rows[np.lexsort((-near[rows], self._owner[rows]))]
        owners = self._owner[rows]
        place = np.arange(len(rows)) - np.searchsorted(owners, owners)
        taken = place < n
        total = np.bincount(owners[taken], near[rows[taken]], minlength=len(self._ids))
        count = np.bincount(owners[taken], minlength=len(self._ids))
        return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def _gaussian(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return exp(-GAMMA * squared distance) of unit vectors from their cosines."""
    return np.asarray(np.exp((cosines - 1.0) * (2.0 * GAMMA)), dtype=np.float32)
