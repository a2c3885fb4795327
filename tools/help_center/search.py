"""Search the help centre: the passages nearest in meaning, the customer's language first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from handrail.models.suspicion import Suspect
from handrail.models.telemetry import retrieval_span
from handrail.store.knowledge.protocol import Hit, Knowledge, KnowledgeDown
from handrail.tools.errors import BackendDown

log = structlog.get_logger("handrail")
MOST = 4
LOOK_AT = 16
ADDS = 0.3  # how much a fragment counts beside itself read with the question before it
LOOK_FAR = 128  # what a fragment adds is faint: it has to be found far down
NEAR = 0.4  # a passage this similar in the language of the customer needs no other
OWN_LANGUAGE = 0.12  # the encoder places languages near each other; prefer what can be read


class HelpCenter:
    """Find passages with the encoder that the store was filled with."""

    def __init__(
        self,
        knowledge: Knowledge,
        embed: Callable[[Sequence[str]], NDArray[np.float32]],
        suspect: Suspect | None = None,
        remembers: Callable[[Sequence[str]], bool] = lambda _: False,
    ) -> None:
        self._knowledge = knowledge
        self._embed = embed
        self._remembers = remembers
        self._suspect = suspect

    async def search(
        self, query: str, language: str, earlier: str | None = None
    ) -> list[dict[str, Any]]:
        """Return up to 4 passages as plain JSON with their cosine `similarity`, best first.

        An article in another language stands behind its twin in the customer's. With `earlier`,
        the question that `query` goes on from, passages are found by both together and ranked by
        what `query` adds; the opening words of an article, which say a bit of everything, come
        last. With a `suspect`, a passage that speaks to a machine is left out, however it came in.
        Raises BackendDown where the store cannot be read.
        """
        with retrieval_span("help_center") as span:
            passages = await self._passages(query, language, earlier)
            span.found(passages)
            return passages

    async def _passages(
        self, query: str, language: str, earlier: str | None
    ) -> list[dict[str, Any]]:
        texts = [f"{earlier} {query}", query] if earlier else [query]
        # What a customer has just written is remembered; only a model's own words are new here.
        known = self._remembers(texts)
        vectors = self._embed(texts) if known else await asyncio.to_thread(self._embed, texts)
        try:
            hits = await self._in_language(vectors[0], texts[0], language)
            alone = (
                await self._knowledge.search(vectors[-1], query, n=LOOK_FAR, lang=language)
                if earlier
                else []
            )
        except KnowledgeDown as problem:
            raise BackendDown("The help centre cannot be searched", str(problem)) from problem
        ranked = sorted(hits, key=lambda hit: -_preference(hit, language))
        if earlier:
            adds = {hit.passage.id: hit.similarity for hit in alone}
            ranked.sort(
                key=lambda hit: (
                    not hit.passage.heading,
                    -hit.similarity - ADDS * adds.get(hit.passage.id, 0.0),
                )
            )
        if self._suspect:
            ranked = await asyncio.to_thread(self._fit, ranked, self._suspect)
        return [
            {**hit.passage.to_json(), "similarity": round(hit.similarity, 4)}
            for hit in ranked[:MOST]
        ]

    def _fit(self, ranked: Sequence[Hit], suspect: Suspect) -> list[Hit]:
        """Return the best ones that speak to people; blocking, as new ones are read."""
        fit: list[Hit] = []
        for hit in ranked:
            if len(fit) == MOST:
                break
            if suspect(hit.passage.text) is None:
                fit.append(hit)
            else:
                log.warning("passage_left_out", passage=hit.passage.id)
        return fit

    async def _in_language(
        self, vector: NDArray[np.float32], text: str, language: str
    ) -> list[Hit]:
        """Return hits in the customer's language; where none is near, of other articles too."""
        own = await self._knowledge.search(vector, text, n=LOOK_AT, lang=language)
        if own and max(hit.similarity for hit in own) >= NEAR:
            return own
        articles = {hit.passage.article for hit in own}
        anywhere = await self._knowledge.search(vector, text, n=LOOK_AT)
        return own + [
            hit
            for hit in anywhere
            if hit.passage.lang != language and hit.passage.article not in articles
        ]


def _preference(hit: Hit, language: str) -> float:
    return float(hit.rank) + (OWN_LANGUAGE if hit.passage.lang == language else 0.0)
