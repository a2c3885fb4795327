"""Read the word lists of the grounding check: parts, each with expressions by language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from handrail.models.lexicon import FOLDER
from handrail.prompts.load import from_yaml

NEVER = re.compile(r"(?!)")


@cache
def word_list(name: str) -> Mapping[str, Any]:
    """Return prompts/lexicons/<name>.yaml as it stands; read once."""
    found: Mapping[str, Any] = from_yaml((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return found


@cache
def expressions(name: str, part: str, language: str | None = None) -> re.Pattern[str]:
    """Return one expression for a part of a list, of one language or of all."""
    return joined(word_list(name)[part], language)


def joined(by_language: Mapping[str, Iterable[str]], language: str | None) -> re.Pattern[str]:
    """Join expressions between word boundaries, in any case; one that never matches for none."""
    known = [language] if language is not None else list(by_language)
    found = [expression for code in known for expression in by_language.get(code, ())]
    if not found:
        return NEVER
    either = "|".join(f"(?:{expression})" for expression in found)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def straight(text: str) -> str:
    """Return a text with plain apostrophes and spaces, as the lists are written."""
    return text.replace("\u2019", "'").replace("\u00a0", " ").replace("\u202f", " ")
