"""Find text of articles that speaks to a machine instead of to customers."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from handrail.models.encoded import reveal
from handrail.models.encoder import Encoder
from handrail.models.heads import Heads
from handrail.models.lexicon import Lexicon
from handrail.models.text import clean, sentences, windows

GUARD = "injection"
REMEMBERED = 4096  # passages come again and again; each is read once
SHOWN = 160  # characters of the sentence that is shown to whoever mends it

# Takes a text, and gives the sentence in it that speaks to a machine; None where none does.
Suspect = Callable[[str], str | None]


def open_suspicion(encoder: Encoder, heads: Heads, lexicon: Lexicon, line: float) -> Suspect:
    """Return what reads a passage with the injection guard's words and head, sentence by sentence.

    `line` in [0, 1] is higher than the guard's own: articles tell people what to do as well, and
    what is left out of them answers nobody. Text that was encoded is read too.
    """

    @lru_cache(maxsize=REMEMBERED)
    def find(text: str) -> str | None:
        plain, hidden = reveal(text)
        parts = [clean(part) for part in [*sentences(plain), *windows(plain), *hidden]]
        parts = [part for part in parts if part]
        for part in parts:
            if lexicon.find(part):
                return part[:SHOWN]
        if not parts or GUARD not in heads.guards:
            return None
        scores = heads.guard(GUARD, parts, encoder.embed)
        worst = int(np.argmax(scores))
        return parts[worst][:SHOWN] if scores[worst] >= line else None

    return find
