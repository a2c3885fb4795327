"""What is learned of a help centre, or of a part of it, so as to rank its passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handrail.store.knowledge.protocol import Hit, Passage
from handrail.store.knowledge.ranking import Ranker, Rows


@dataclass(frozen=True)
class Row:
    """A stored row: a passage, or with `passage` in `about` a question asked for that passage."""

    id: str
    vector: NDArray[np.float32]
    text: str
    about: Mapping[str, Any]


@dataclass(frozen=True)
class Learned:
    """Passages and what ranks them."""

    passages: Mapping[str, Passage]
    ranker: Ranker | None

    def hits(self, vector: NDArray[np.float32], text: str, n: int) -> list[Hit]:
        """Return the best `n` for a unit vector (512) and the text that it stands for."""
        standings = self.ranker.rank(vector, text, n) if self.ranker else []
        return [Hit(self.passages[s.passage], s.similarity, s.rank) for s in standings]


def learn(passages: Sequence[Row], asked: Sequence[Row]) -> Learned:
    """Learn from the rows of passages and of questions; questions of other passages are left."""
    known = {row.id: passage_of(row.id, row.text, row.about) for row in passages}
    questions = [row for row in asked if row.about["passage"] in known]
    if not known:
        return Learned({}, None)
    rows = Rows(
        passages=[row.id for row in passages] + [str(row.about["passage"]) for row in questions],
        vectors=np.stack([row.vector for row in (*passages, *questions)]).astype(np.float32),
        texts=[embedded_text(known[row.id]) for row in passages] + [row.text for row in questions],
        is_text=np.arange(len(passages) + len(questions)) < len(passages),
    )
    return Learned(known, Ranker(rows))


def embedded_text(passage: Passage) -> str:
    """Return what is embedded for a passage: where it stands, and what it says."""
    return f"{passage.title}. {passage.heading} {passage.text}"


def passage_of(id_: str, text: str, about: Mapping[str, Any]) -> Passage:
    """Return the passage that a store's row holds."""

    def said(name: str) -> str:
        return str(about.get(name, ""))

    return Passage(
        id=id_, article=said("article"), title=said("title"), heading=said("heading"),
        url=said("url"), lang=said("lang"), topic=said("topic"), text=text,
    )  # fmt: skip
