"""Clean a customer's words for the models; the transcript keeps them as they were typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w+")
_NUMBER = re.compile(r"(?<![\w])#?\s?\d{4,}(?![\w])")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_SPACE = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


@lru_cache(maxsize=256)  # a message is cleaned by intake, by five guards and by the plan
def clean(text: str) -> str:
    """Fold Unicode forms, invisible characters, links and white space.

    Long numbers become one stand-in, because the encoder would otherwise place two orders apart.
    """
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    folded = _LINK.sub(" ", _HANDLE.sub(" ", folded))
    folded = _NUMBER.sub(" 12345", folded)
    return _SPACE.sub(" ", folded).strip()


def is_readable(text: str) -> bool:
    """Tell whether there is a letter or digit to go by, and no binary noise."""
    if not any(c.isalnum() for c in text):
        return False
    return len(_CONTROL.findall(text)) <= len(text) // 50


def sentences(text: str) -> list[str]:
    """Split into sentences, roughly: at sentence ends and at line breaks."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def windows(text: str, words: int = 60) -> list[str]:
    """Cut a long text into runs of about `words` words, whole sentences where possible.

    A text of up to `words` words is one window. Used so that a threat in the middle of a
    long letter is not averaged away.
    """
    if len(text.split()) <= words:
        return [text]
    found: list[str] = []
    run: list[str] = []
    for sentence in sentences(text):
        pieces = sentence.split()
        if run and len(run) + len(pieces) > words:
            found.append(" ".join(run))
            run = []
        while len(pieces) > words:
            found.append(" ".join(pieces[:words]))
            pieces = pieces[words:]
        run += pieces
    if run:
        found.append(" ".join(run))
    return found
