"""Words of the system prompt and of the tools' descriptions, which no reply may repeat."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from handrail.graph.citing import fold
from handrail.graph.grounds.claims import speaks_of_itself

RUN = 6  # words in a row; fewer may agree by chance
_WORD = re.compile(r"\w+")
_TOOL = re.compile(r"\b[a-z]+(?:_[a-z]+){1,4}\b")


def leaks(sentence: str, instructions: tuple[str, ...], known: Iterable[str]) -> bool:
    """Tell whether a sentence repeats instructions, or speaks of them; `known` may be said."""
    if speaks_of_itself(sentence) or _TOOL.search(sentence):
        return True
    mine = _runs(_WORD.findall(fold(sentence))) & _secret(instructions)
    if not mine:
        return False
    said = [" ".join(_WORD.findall(text)) for text in known]
    return any(not any(" ".join(run) in text for text in said) for run in mine)


def _runs(words: list[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


@lru_cache(maxsize=8)
def _secret(instructions: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for text in instructions:
        found |= _runs(_WORD.findall(fold(text)))
    return frozenset(found)
