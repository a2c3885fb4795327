"""Cut sentences into clauses, statements and what has a figure of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from handrail.graph.grounds.figures import figures
from handrail.graph.grounds.words import matter

SEGMENT = re.compile(r";|(?<=[.!?…])\s+")
JOINED = re.compile(
    r",?\s(?:and|while|y|et|und|e|en|mientras|tandis|während|enquanto|mentre|terwijl)\s"
)
_APART = re.compile(
    r",\s(?:and|y|et|und|e|en)\s|,?\s(?:but|while|whereas|pero|mientras|mais|tandis|aber|während|mas"
    r"|enquanto|ma|mentre|maar|terwijl)\s"
)
CLAUSE = re.compile(
    r",(?!\d)|[():]|\s(?=(?:so that|because|porque|para que|parce que|pour que|weil|damit|perché"
    r"|affinché|così|omdat|zodat)\s)"
)
_MONEY = ("eur ", "usd ", "gbp ", "chf ")
LEAST = 2  # words of matter that make a clause
APART = 3  # words of matter that make a statement of its own after "and"


def statements(said: str, language: str) -> list[str]:
    """Cut a sentence into what it states, one thing each."""
    found: list[str] = []
    for segment in parts(SEGMENT, said, language):
        found += parts(_APART, segment, language, APART)
    return found


def figured(text: str, language: str) -> list[str]:
    """Cut a text at commas and "and"; a part without matter or money goes with the one before."""

    def stands(part: str) -> bool:
        money = any(r.startswith(_MONEY) for f in figures(part, language) for r in f.readings)
        return money or len(matter(part, language)) >= LEAST

    return _cut((*CLAUSE.finditer(text), *JOINED.finditer(text)), text, stands)


def parts(cut: re.Pattern[str], text: str, language: str, least: int = LEAST) -> list[str]:
    """Cut a text; a part with too little matter of its own goes with the part before it."""
    return _cut(cut.finditer(text), text, lambda part: len(matter(part, language)) >= least)


def _cut(places: Iterable[re.Match[str]], text: str, stands: Callable[[str], bool]) -> list[str]:
    """Cut a text after each place where both what is before and what follows stand alone."""
    starts = [0, *sorted(match.start() for match in places if match.start()), len(text)]
    found: list[str] = []
    for start, end in pairwise(starts):
        part = text[start:end]
        if found and not (stands(part) and stands(found[-1])):
            found[-1] += part
        else:
            found.append(part)
    return [part.strip(" ,;:") for part in found if part.strip(" ,;:")]
