"""The letters of a text: runs of three to five characters within words, rarer ones weighing more.

They tell apart what a sentence encoder blurs (product names, "sue" and "issue") and carry words
that it does not know: typing errors, slang, short names.

The runs are those of scikit-learn's analyzer `char_wb`, and a test holds the two together. They are
found here without it, for a process that answers customers has no other use for it, and it takes
60 MB (docs/adr/0039).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

RUNS = (3, 5)
COMMON = 2  # texts that a run must stand in: one that stands in a single text teaches nothing


class Letters:
    """Turn texts into unit rows over the runs that were seen in the texts of `fit`."""

    def __init__(self, runs: Sequence[str], rarity: NDArray[np.float32]) -> None:
        self._place = {run: place for place, run in enumerate(runs)}
        self.runs = tuple(runs)
        self.rarity = rarity

    @classmethod
    def fit(cls, texts: Sequence[str]) -> Letters:
        """Take the runs that stand in two texts at least; in one, where there are few texts."""
        least = COMMON if len(texts) > COMMON else 1
        seen = _weigher(
            analyzer="char_wb", ngram_range=RUNS, strip_accents="unicode", min_df=least,
            dtype=np.float32,
        ).fit(texts)  # fmt: skip
        return cls(list(seen.get_feature_names_out()), seen.idf_.astype(np.float32))

    def times(self, text: str, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the row of one text times a table (runs, m), without making the row.

        The same as with `rows`, without scikit-learn.
        """
        known = (self._place.get(run) for run in runs_of(text))
        counts = Counter(place for place in known if place is not None)
        if not counts:
            return np.zeros(table.shape[1], dtype=np.float32)
        places = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
        often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        weights = (np.log(often) + 1.0) * self.rarity[places]
        product = (weights / np.linalg.norm(weights)) @ table[places]
        return np.asarray(product, dtype=np.float32)

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """Return one unit row for each text, sparse (n, runs); zero where no run is known."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - as below

        weigher = _weigher(
            analyzer="char_wb", ngram_range=RUNS, strip_accents="unicode", sublinear_tf=True,
            dtype=np.float32, vocabulary=self._place,
        )  # fmt: skip
        weigher.idf_ = self.rarity
        return csr_matrix(weigher.transform(texts))


def runs_of(text: str) -> Iterator[str]:
    """Yield the runs of a text, without case and accents; a word has a space at either end."""
    text = text.lower()
    if not text.isascii():
        text = "".join(
            c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
        )
    shortest, longest = RUNS
    for word in text.split():
        spaced = f" {word} "
        for length in range(shortest, min(longest, len(spaced)) + 1):
            for start in range(len(spaced) - length + 1):
                yield spaced[start : start + length]


def _weigher(**how: Any) -> Any:
    """Return scikit-learn's weigher: a second to import, and most commands never need it."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    return TfidfVectorizer(**how)
