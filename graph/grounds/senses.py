"""Whether two statements turn the same way: negation, free or paid, before or after, and so on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from handrail.graph.grounds.wordlists import expressions, joined, straight, word_list

STRICT = (
    "free",
    "only",
    "always",
    "full",
    "express",
    "sound",
    "faulty",
)  # said only where it is said
FIRST = "processing"
LENIENT = {"same"}  # said for emphasis too
_SILENT = re.compile(
    r"\b(?:not only|no matter|only once|(?:nur|genau) einmal|una sola vez|une seule fois|uma só vez"
    r"|una sola volta|één keer|no sólo|no solo"
    r"|non seulement|nicht nur|não só|non solo|niet alleen)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Senses:
    """What turns the meaning of a stretch of text."""

    negated: bool
    has: frozenset[str]


@lru_cache(maxsize=4096)
def senses(text: str, language: str) -> Senses:
    """Return the senses of a text."""
    plain = _SILENT.sub(" ", straight(text))
    has = {name for name in _named() if expressions("polarity", name, language).search(plain)}
    for taken_out in ("free", "faulty"):
        plain = expressions("polarity", taken_out, language).sub(" ", plain)
    negated = expressions("polarity", "negations", language).search(plain) is not None
    return Senses(negated, frozenset(has))


def contradicts(said: Senses, source: Senses, *, on_condition: bool) -> bool:
    """Tell whether a statement has a sense that its source has not, or has the other of.

    What the source says on a condition may be said to hold only so.
    """
    groups: dict[str, list[str]] = word_list("polarity")["groups"]
    for members in groups.values():
        ours, theirs = (said.has - LENIENT) & set(members), source.has & set(members)
        if theirs and not ours <= theirs:
            return True
    strict = [name for name in STRICT if not (name == "only" and on_condition)]
    return any(name in said.has and name not in source.has for name in strict)


def conditional(text: str, language: str) -> re.Match[str] | None:
    """Return where a condition begins in a stretch of text."""
    return expressions("polarity", "conditions", language).search(straight(text))


@lru_cache(maxsize=4096)
def order_states(text: str, language: str) -> frozenset[str]:
    """Return the states of an order that a text names."""
    plain = straight(text)
    states = word_list("polarity")["order"]
    waiting = _state(FIRST, language)
    found = {FIRST} if waiting.search(plain) else set()
    plain = waiting.sub(" ", plain)  # "not yet on its way" is not on its way
    found |= {state for state in states if _state(state, language).search(plain)}
    if expressions("polarity", "future", language).search(plain):
        found -= {"delivered"}
    return frozenset(found)


@cache
def _state(state: str, language: str) -> re.Pattern[str]:
    return joined(word_list("polarity")["order"][state], language)


@cache
def _named() -> tuple[str, ...]:
    apart = {"negations", "groups", "conditions", "order", "future", "arrival", "we"}
    return tuple(name for name in word_list("polarity") if name not in apart)
