"""Search a language of which there is too much to be learned: Chroma is asked around a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Self

import numpy as np
from chromadb.api.models.Collection import Collection
from numpy.typing import NDArray

from handrail.store.knowledge.near import Around
from handrail.store.knowledge.protocol import Hit, Passage
from handrail.store.knowledge.rows import (
    any_row,
    by_passage,
    cosines,
    nearest_passages,
    passages_of,
)

FIRST = 32  # passages that are ranked for a question, twice `n` for more
WIDER = (3, 12)  # times as many rows are looked at, before Chroma is asked for those of a language
BESIDE = ThreadPoolExecutor(4, "asked")  # the questions are searched while the passages are


class Large(NamedTuple):
    """The passages of one language, or of all, and the questions that are asked for them.

    `alone` says that Chroma need not be told the language, `is_asked` that there is any question.
    """

    own: Collection
    asked: Collection
    lang: str | None
    alone: bool
    is_asked: bool

    @classmethod
    def of(cls, own: Collection, asked: Collection, lang: str | None) -> Self:
        """Look once at what there is; blocking, and Chroma's errors pass through."""
        alone = lang is None or not any_row(own, {"lang": {"$ne": lang}})
        return cls(own, asked, lang, alone, is_asked=any_row(asked))

    def hits(self, vector: NDArray[np.float32], text: str, n: int) -> list[Hit]:
        """Return the best `n` passages for a unit vector (512) and its text; blocking.

        Chroma looks through all rows for those of a language, which takes half a second of 100,000.
        Where enough of the nearest ones are of it, they are the same rows.
        """
        most = max(FIRST, 2 * n)
        if self.alone:
            around, passages = self._nearest(vector, most)
            return around.rank(text, passages)[:n]
        for wider in WIDER:
            around = self._around(vector, wider * most)
            passages = self._of_language(around.ids(), n, at_once=wider * most // WIDER[0])
            if len(passages) >= n or len(around.own) < wider * most:
                return around.rank(text, passages)[:n]
        around = self._around(vector, most, self.lang)
        return around.rank(text, passages_of(self.own, around.ids()[:most]))[:n]

    def _nearest(self, vector: NDArray[np.float32], most: int) -> tuple[Around, list[Passage]]:
        """Return what lies around a question, and the `most` best passages of it."""
        asked = self._asking(vector, most)
        found = nearest_passages(self.own, vector, most)
        known = {passage.id: passage for passage, _ in found}
        around = Around({passage.id: cosine for passage, cosine in found}, asked())
        best = around.ids()[:most]
        if missing := [id_ for id_ in best if id_ not in known]:
            known |= {passage.id: passage for passage in passages_of(self.own, missing)}
        return around, [known[id_] for id_ in best if id_ in known]

    def _around(self, vector: NDArray[np.float32], wide: int, lang: str | None = None) -> Around:
        asked = self._asking(vector, wide, lang)
        return Around(dict(cosines(self.own, vector, wide, lang)), asked())

    def _asking(
        self, vector: NDArray[np.float32], wide: int, lang: str | None = None
    ) -> Callable[[], dict[str, list[float]]]:
        """Look for questions from now on; return what waits for their cosines, by passage."""
        if not self.is_asked:
            return dict
        looking = BESIDE.submit(cosines, self.asked, vector, wide, lang)
        return lambda: by_passage(looking.result())

    def _of_language(self, ids: Sequence[str], n: int, *, at_once: int) -> list[Passage]:
        """Return the first passages of the language, `n` or some more."""
        found: list[Passage] = []
        for start in range(0, len(ids), at_once):  # mostly once
            part = passages_of(self.own, list(ids[start : start + at_once]))
            found += [passage for passage in part if passage.lang == self.lang]
            if len(found) >= n:
                break
        return found
