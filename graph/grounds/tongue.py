"""Whether a reply is in the language of the conversation."""

from __future__ import annotations

from typing import Protocol

from handrail.graph.grounds.splitting import sentences_of

WHOLE, ONE = 25, 60  # letters of a text, and of a sentence, from which its language can be told


class Identifier(Protocol):
    """What tells languages apart."""

    def identify(self, text: str, *, otherwise: str = "en") -> str:
        """Return an ISO 639-1 code; `otherwise` where it cannot be told."""
        ...


def other_language(text: str, language: str, languages: Identifier) -> str | None:
    """Return the stretch of a text that is in another language, None where there is none.

    Quotations of passages are left out before, for articles may be in another language.
    """
    bare = text.strip()
    if sum(c.isalpha() for c in bare) < WHOLE:
        return None
    if languages.identify(bare, otherwise=language) != language:
        return bare
    for sentence in sentences_of(bare):
        long_enough = sum(c.isalpha() for c in sentence) >= ONE
        if long_enough and languages.identify(sentence, otherwise=language) != language:
            return sentence
    return None
