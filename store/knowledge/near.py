"""Rank what lies near a question, for a help centre that is too large to be learned as a whole.

Nothing is fitted for a question. A passage counts by its nearness in meaning and by the runs of
letters that it shares with the question, which count the more the fewer passages around have them:
a word that all of them share says nothing, as in `ranking.py`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from handrail.store.knowledge.learned import embedded_text
from handrail.store.knowledge.protocol import Hit, Passage
from handrail.store.knowledge.ranking import GAMMA, NEARNESS

RUN = 4  # letters
TWO = 2  # questions asked for a passage whose mean nearness counts


@dataclass(frozen=True)
class Around:
    """The cosines of what lies around a question, by passage: of its words, of its questions."""

    own: Mapping[str, float]
    asked: Mapping[str, Sequence[float]]

    def ids(self) -> list[str]:
        """Return the passages by their best cosine, best first."""
        best = dict(self.own)
        for id_, cosines in self.asked.items():
            best[id_] = max(best.get(id_, -1.0), *cosines)
        return sorted(best, key=lambda id_: -best[id_])

    def rank(self, text: str, passages: Sequence[Passage]) -> list[Hit]:
        """Return the passages, which are of `ids()`, as hits for a text; best first."""
        shared = _shared(text, [embedded_text(passage) for passage in passages])
        hits = [
            self._hit(passage, letters) for passage, letters in zip(passages, shared, strict=True)
        ]
        return sorted(hits, key=lambda hit: -hit.rank)

    def _hit(self, passage: Passage, letters: float) -> Hit:
        own = self.own.get(passage.id)
        nearest = sorted(self.asked.get(passage.id, ()), reverse=True)[:TWO]
        found = [cosine for cosine in (own, _mean(nearest)) if cosine is not None]
        similarity = max(found)
        meaning = math.exp((similarity - 1.0) * 2.0 * GAMMA)
        return Hit(passage, similarity, (meaning + letters) / 2 + NEARNESS * sum(found))


def _mean(cosines: Sequence[float]) -> float | None:
    return sum(cosines) / len(cosines) if cosines else None


def _shared(text: str, others: Sequence[str]) -> list[float]:
    """Return for each other text how much of what is rare in this one it has, in [0, 1]."""
    wanted = _runs(text)
    had = [{run for run in wanted if run in other} for other in map(_padded, others)]
    often = Counter(chain.from_iterable(had))
    weight = {run: math.log((1 + len(others)) / often[run]) for run in often}
    whole = sum(weight.values())
    return [sum(weight[run] for run in runs) / whole if whole else 0.0 for runs in had]


def _runs(text: str) -> set[str]:
    padded = _padded(text)
    return {padded[place : place + RUN] for place in range(len(padded) - RUN + 1)}


def _padded(text: str) -> str:
    return f" {' '.join(text.casefold().split())} "
