"""Find which passages a text quotes. A citation is what the text really says, not a claim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from handrail.graph.state import Citation, Claim
from handrail.models.text import sentences

SHORT_QUOTE = 20  # characters; a shorter run of words may stand anywhere by chance


@lru_cache(maxsize=1024)  # the sentences of an article come again and again
def fold(text: str) -> str:
    """Fold case, quotation marks and white space, to compare words only."""
    return re.sub(r"\s+", " ", re.sub(r"[>*_\"“”«»„]", " ", text)).strip().casefold()


def cite(
    text: str, trace: Sequence[dict[str, Any]], claims: Sequence[Claim] = ()
) -> list[Citation]:
    """Return the retrieved passages of which the text quotes at least one whole sentence.

    Or of which a claim copies words, with the sentences that these stand in.
    """
    said = fold(text)
    found: list[Citation] = []
    for passage in passages_in(trace):
        copied = [fold(claim["quote"]) for claim in claims if claim["source"] == passage["id"]]
        quoted = [
            s
            for s in sentences(passage["text"])
            if (len(s) >= SHORT_QUOTE and fold(s) in said)
            or any(_stands_in(words, fold(s)) for words in copied)
        ]
        if quoted and passage["id"] not in {citation["id"] for citation in found}:
            quote = " ".join(quoted)
            if any(quote in citation["quote"] for citation in found):
                continue  # an article's opening words often repeat a sentence of its body
            found.append(
                Citation(id=passage["id"], title=passage["title"], url=passage["url"], quote=quote)
            )
    return found


def _stands_in(words: str, sentence: str) -> bool:
    """Tell whether copied words stand in a sentence, or a sentence in what was copied."""
    shorter, longer = sorted((words, sentence), key=len)
    return len(shorter) >= SHORT_QUOTE and shorter in longer


def passages_in(trace: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return all help-centre passages that the tools brought in this turn."""
    return [p for step in trace for p in step["result"].get("passages", [])]
