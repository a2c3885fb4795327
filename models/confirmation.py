"""Tell whether a customer's message confirms, as a whole, that what was asked is settled."""

from __future__ import annotations

import re
from functools import lru_cache

from handrail.models.encoder import Encoder
from handrail.models.heads import Heads
from handrail.models.lexicon import Lexicon, read_lexicon
from handrail.models.text import clean

SMALLTALK = "smalltalk"
COURTEOUS = 0.6  # posterior of small talk from which a clause counts as nothing but courtesy
MOST_WORDS = 25
_CLAUSE = re.compile(r"[.,;:!…\n()]+|\s[-–—]+\s|(?<!\w)(?:and|y|et|und|e|en)(?!\w)", re.IGNORECASE)


def confirms(text: str, encoder: Encoder, heads: Heads) -> bool:
    """Tell whether a message is thanks, courtesy and "it is settled", and nothing beside.

    Call it for a message that was answered with the reply to thanks. It is strict: what is taken
    for a confirmation freezes an episode as resolved. A question, a word of doubt or contrast, or
    a clause that means something else, and it confirms nothing.
    """
    if "?" in text or "¿" in text or len(text.split()) > MOST_WORDS:
        return False
    if _unsettled().find(clean(text).replace("’", "'")):
        return False
    clauses = [clean(part).replace("’", "'") for part in _CLAUSE.split(text)]
    said = [part for part in clauses if any(c.isalnum() for c in part)]
    rest = [part for part in said if not _settled().covers(part)]
    if not rest:
        return bool(said)
    heads.remember(rest, encoder.embed)
    ranked = [heads.rank(part, encoder.embed) for part in rest]
    return all(r.best == SMALLTALK and r.posterior >= COURTEOUS for r in ranked)


@lru_cache(maxsize=1)
def _settled() -> Lexicon:
    return read_lexicon("settled")


@lru_cache(maxsize=1)
def _unsettled() -> Lexicon:
    return read_lexicon("unsettled")
