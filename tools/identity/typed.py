"""Find a one-time code in a customer's words."""

from __future__ import annotations

import re

from handrail.models.folding import Folded, fold
from handrail.models.slots import CODE

MOST_WORDS = 8
_SEAL = re.compile(r"\[code ([0-9a-f]{64})\]")
# Six digits by themselves, also in two or three groups; no part of a longer number, an amount, a
# date or an order number with letters in front.
_CODE = re.compile(
    r"(?<![\w.,/:#€$£+-])(?:\d{6}|\d{3}[ -]\d{3}|\d{2} \d{2} \d{2})(?![\w/:-]|[.,]\d)"
)


def seal_in(text: str) -> str | None:
    """Return the seal that stands in a message in place of a code, None where there is none."""
    found = _SEAL.search(text)
    return found[1] if found else None


def with_seal(text: str, seal: str) -> str:
    """Return a message with a seal in place of its code: it can be checked, and not read."""
    return without_code(text).replace(CODE, f"[code {seal}]", 1)


def code_in(text: str) -> str | None:
    """Return the six digits of the one code in a short message, None where there is none."""
    folded = fold(text)
    found = _found(folded)
    return "".join(char for char in found[0] if char.isdigit()) if found else None


def without_code(text: str) -> str:
    """Return a message with CODE in place of its code, or of the seal of one."""
    if _SEAL.search(text):
        return _SEAL.sub(CODE, text)
    folded = fold(text)
    found = _found(folded)
    if not found:
        return text
    start, end = folded.span(*found.span())
    return text[:start] + CODE + text[end:]


def _found(folded: Folded) -> re.Match[str] | None:
    if len(folded.text.split()) > MOST_WORDS:
        return None
    found = list(_CODE.finditer(folded.text))
    return found[0] if len(found) == 1 else None
