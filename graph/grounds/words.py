"""The words of a sentence that carry its matter, and when two of them are forms of one."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from handrail.graph.grounds.wordlists import straight, word_list

SHORTEST = 3
STEM = 4  # two words that share fewer first letters are no forms of one
SHARE = 0.6  # of the longer word, unless
LONG_STEM = 6  # this many letters are shared anyway
COMPOUND = 5  # a word of this length inside another: Versand in Standardversand
MONEY = frozenset({"eur", "euro", "euros", "usd", "gbp"})
_CODE = re.compile(r"\b[A-Z]{1,6}-?\d[\w-]*")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


@lru_cache(maxsize=4096)
def matter(text: str, language: str) -> tuple[str, ...]:
    """Return the words that carry matter, case folded, each once, in order."""
    idle = _idle(language) | MONEY | _numbers(language)
    words = (word.casefold() for word in _WORD.findall(straight(text)))
    return tuple(w for w in dict.fromkeys(words) if len(w) >= SHORTEST and w not in idle)


def is_plain(word: str, language: str) -> bool:
    """Tell whether a word says nothing that a source would have to say; a number is read apart."""
    return word.startswith(_plain(language)) or word in _numbers(language)


def names(text: str, language: str) -> list[str]:
    """Return words written large inside a sentence: names, but in German any noun, so none."""
    if language == "de":
        return []
    found = re.findall(r"(?<=[\w,;] )([A-ZÀ-Ý][\w'-]+)", _CODE.sub(" ", straight(text)))
    return [
        word.casefold()
        for name in found
        for word in _WORD.findall(name)
        if len(word) >= SHORTEST and word.casefold() not in _numbers(language)
    ]


def are_forms(one: str, other: str) -> bool:
    """Tell whether two case-folded words are forms of one, or one stands in the other."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) >= COMPOUND and short in long:
        return True
    shared = next(
        (i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short)
    )
    return shared >= LONG_STEM or (shared >= STEM and shared >= SHARE * len(long))


@cache
def _plain(language: str) -> tuple[str, ...]:
    return tuple(str(word_list("plain_words").get(language, "")).split()) or ("\0",)


@cache
def _numbers(language: str) -> frozenset[str]:
    return frozenset(map(str, word_list("number_words")["numbers"].get(language, {})))


@cache
def _idle(language: str) -> frozenset[str]:
    lists = word_list("function_words")
    return frozenset(str(lists.get(language, "")).split())
