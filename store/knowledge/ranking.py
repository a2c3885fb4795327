"""Rank passages for a question: a kernel machine over what they say and what is asked for them.

Nearness alone answers "how big a tent" to everyone who names a tent. Kernel ridge regression
weighs all rows against each other, so that a word that every passage's questions share counts for
little. Two kernels are summed: a Gaussian on the sentence vectors (meaning) and the cosine of
character n-grams (letters: product names, sums, typing errors). docs/adr/0008 has the figures.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

GAMMA = 1.5
LETTERS = 1.0
GRAMS = (2, 5)  # characters
LARGE = 2**20  # bytes, from which a table is worth a file
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
        # Column by column: a question times all rows then takes half the time.
        self._vectors = np.asfortranarray(rows.vectors)
        self._ids, owner = np.unique(np.asarray(rows.passages), return_inverse=True)
        self._own = _Nearest(owner, rows.is_text, len(self._ids), 1)
        self._asked = _Nearest(owner, ~rows.is_text, len(self._ids), 2)
        self._place: dict[str, int] = {}
        self._rarity, grams = self._weighed(rows.texts)
        wanted = np.eye(len(self._ids), dtype=np.float32)[owner] - 1.0 / len(self._ids)
        kernel = _gaussian(rows.vectors @ rows.vectors.T)
        kernel += LETTERS * (grams @ grams.T).toarray()
        kernel[np.diag_indices_from(kernel)] += RIDGE
        self._dual: NDArray[np.float32] = np.linalg.solve(kernel, wanted)
        # What each gram adds to each passage: a question has few grams, so few rows of it.
        self._spelled = _paged(np.asarray(LETTERS * (grams.T @ self._dual), dtype=np.float32))

    def rank(self, vector: NDArray[np.float32], text: str, n: int) -> list[Standing]:
        """Return the best `n` passages for a unit vector (512) and the text it stands for."""
        near = self._vectors @ vector
        learned = _gaussian(near) @ self._dual + self._by_letters(text)
        own, asked = self._own.means(near), self._asked.means(near)
        rank = learned + NEARNESS * (own * self._own.any + asked * self._asked.any)
        similarity = np.where(self._own.any, own, asked)
        similarity = np.where(self._asked.any, np.maximum(similarity, asked), similarity)
        return [
            Standing(str(self._ids[i]), float(similarity[i]), float(rank[i]))
            for i in np.argsort(-rank, kind="stable")[:n]
        ]

    def _weighed(self, texts: list[str]) -> tuple[NDArray[np.float32], csr_matrix]:
        """Give each gram a place; return how rare each is, and a unit row for each text, sparse.

        Both as scikit-learn's `TfidfVectorizer` has them, which a test holds; it takes 60 MB of a
        process that has no other use for it (docs/adr/0039).
        """
        # Here, because it takes a moment to import, and most commands never learn anything.
        from scipy.sparse import csr_matrix  # noqa: PLC0415

        found, times = [], []
        for text in texts:  # an array for each, for counters of all texts would take ten times that
            counts = Counter(_grams_of(text))
            own = (self._place.setdefault(gram, len(self._place)) for gram in counts)
            found.append(np.fromiter(own, np.intp, len(counts)))
            times.append(np.fromiter(counts.values(), np.float32, len(counts)))
        owner = np.repeat(np.arange(len(texts)), [len(own) for own in found])
        places, often = np.concatenate(found), np.concatenate(times)
        texts_with = np.bincount(places, minlength=len(self._place))
        rarity = (np.log((1 + len(texts)) / (1 + texts_with)) + 1).astype(np.float32)
        weights = (np.log(often) + 1.0) * rarity[places]
        lengths = np.sqrt(np.bincount(owner, weights**2, minlength=len(texts)))
        weights /= lengths[owner].astype(np.float32)
        shape = len(texts), len(self._place)
        return rarity, csr_matrix((weights, (owner, places)), shape=shape)

    def _by_letters(self, text: str) -> NDArray[np.float32]:
        """Return what a text's grams add to each passage.

        Its unit row of grams is made as those that were learned.
        """
        known = (self._place.get(gram) for gram in _grams_of(text))
        counts = Counter(place for place in known if place is not None)
        if not counts:
            return np.zeros(len(self._ids), dtype=np.float32)
        places = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
        often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        weights = (np.log(often) + 1.0) * self._rarity[places]
        product = (weights / np.linalg.norm(weights)) @ self._spelled[places]
        return np.asarray(product, dtype=np.float32)


class _Nearest:
    """The mean cosine of the `n` rows of each owner, among some rows, that lie nearest.

    `any` (owners) tells which owners have a row at all; the mean of the others is 0.
    """

    def __init__(
        self, owner: NDArray[np.intp], among: NDArray[np.bool_], owners: int, n: int
    ) -> None:
        rows = np.flatnonzero(among)
        rows = rows[np.argsort(owner[rows], kind="stable")]
        counts = np.bincount(owner[rows], minlength=owners)
        self.any = counts > 0
        self._taken = np.minimum(n, counts)
        self._n = n
        # One line of row numbers for each owner, filled up with the number of no row.
        self._table = np.full((owners, max(n, counts.max())), len(owner))
        self._table[np.arange(self._table.shape[1]) < counts[:, None]] = rows

    def means(self, near: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the mean for each owner, from the cosines of all rows."""
        table = np.append(near, np.float32(-np.inf))[self._table]
        if self._n < table.shape[1]:
            table.partition(-self._n, axis=1)
        nearest = table[:, -self._n :]
        nearest[np.isneginf(nearest)] = 0.0
        mean = nearest.sum(axis=1) / np.maximum(self._taken, 1)
        return np.asarray(mean, dtype=np.float32)


def _paged(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Read a large table from a file without a name: only the rows that are asked for take room.

    Where no file can be written it stays in memory.
    """
    if table.nbytes < LARGE:
        return table
    try:
        with tempfile.TemporaryFile() as file:
            file.write(table.tobytes())
            file.flush()
            mapped = np.memmap(file, table.dtype, "r", shape=table.shape)
    except OSError:
        return table
    return mapped.view(np.ndarray)


def _grams_of(text: str) -> Iterator[str]:
    """Yield the grams of a text, without case; a word has a space at either end."""
    shortest, longest = GRAMS
    for word in text.lower().split():
        spaced = f" {word} "
        for length in range(shortest, min(longest, len(spaced)) + 1):
            for start in range(len(spaced) - length + 1):
                yield spaced[start : start + length]


def _gaussian(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return exp(-GAMMA * squared distance) of unit vectors from their cosines."""
    return np.asarray(np.exp((cosines - 1.0) * (2.0 * GAMMA)), dtype=np.float32)
