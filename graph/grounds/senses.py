"""Whether two statements turn the same way: negation, free and paid, before and after, and so on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from handrail.graph.grounds.wordlists import expressions, joined, straight, word_list

STRICT = ("free", "only", "always", "full", "express", "sound", "faulty")  # said only where it is said
_SILENT = re.compile(r"\bnot only\b|\bno sólo\b|\bno solo\b|\bnon seulement\b|\bnicht nur\b", re.I)


@dataclass(frozen=True)
class Senses:
    """What turns the meaning of a stretch of text."""

    negated: bool
    has: frozenset[str]


def senses(text: str, language: str) -> Senses:
    """Return the senses of a text."""
    plain = _SILENT.sub(" ", straight(text))
    has = {name for name in _named() if expressions("polarity", name, language).search(plain)}
    for taken_out in ("free", "faulty"):
        plain = expressions("polarity", taken_out, language).sub(" ", plain)
    negated = expressions("polarity", "negations", language).search(plain) is not None
    return Senses(negated, frozenset(has))


def contradicts(said: Senses, source: Senses) -> bool:
    """Tell whether a statement has a sense that its source has not, or has the other of."""
    groups: dict[str, list[str]] = word_list("polarity")["groups"]
    for members in groups.values():
        ours, theirs = said.has & set(members), source.has & set(members)
        if theirs and not ours <= theirs:
            return True
    return any(name in said.has and name not in source.has for name in STRICT)


def conditional(text: str, language: str) -> re.Match[str] | None:
    """Return where a condition begins in a stretch of text."""
    return expressions("polarity", "conditions", language).search(straight(text))


def order_states(text: str, language: str) -> frozenset[str]:
    """Return the states of an order that a text names."""
    plain = straight(text)
    states = word_list("polarity")["order"]
    found = {state for state in states if _state(state, language).search(plain)}
    if expressions("polarity", "future", language).search(plain):
        found -= {"delivered"}
    return frozenset(found)


@cache
def _state(state: str, language: str) -> re.Pattern[str]:
    return joined(word_list("polarity")["order"][state], language)


@cache
def _named() -> tuple[str, ...]:
    apart = {"negations", "groups", "conditions", "order", "future"}
    return tuple(name for name in word_list("polarity") if name not in apart)
