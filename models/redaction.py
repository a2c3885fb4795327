"""Take out of a text what must not leave the house, or must not be kept at all.

`redact` is for logs, traces and models of others; `strip_secrets` for what customers write, before
anything keeps it. A text in which nothing is found comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Literal, get_args

from handrail.models.contact_shapes import emails, phones
from handrail.models.folding import fold
from handrail.models.one_time_codes import codes, sure_codes
from handrail.models.payment_numbers import Span, cards, ibans
from handrail.models.secret_shapes import keys, passwords, tokens

Kind = Literal["key", "token", "password", "card", "iban", "code", "e-mail", "phone"]
Finder = Callable[[str], Iterator[Span]]

# In the order of what a stretch is called where two find it.
EVERYTHING: Mapping[Kind, Finder] = {
    "key": keys, "token": tokens, "password": passwords, "card": cards, "iban": ibans,
    "code": codes, "e-mail": emails, "phone": phones,
}  # fmt: skip
# What opens or pays by itself. A bank account stays: the desk needs it for a refund.
SECRETS: Mapping[Kind, Finder] = {
    "key": keys, "token": tokens, "password": passwords, "card": cards, "code": sure_codes,
}  # fmt: skip
# What stands where a secret was.
_LEFT: Mapping[Kind, str] = {
    kind: r"\[card ending \d{4}\]" if kind == "card" else rf"\[{kind}\]" for kind in SECRETS
}
_RANK = {kind: rank for rank, kind in enumerate(get_args(Kind))}


def hidden_kinds(*, emails: bool, phones: bool) -> frozenset[Kind]:
    """Return what is hidden at an edge: secrets always, addresses and numbers by policy."""
    left: set[Kind] = set()
    if not emails:
        left.add("e-mail")
    if not phones:
        left.add("phone")
    return frozenset(EVERYTHING) - left


def redact(text: str, kinds: Collection[Kind] | None = None) -> str:
    """Put "[card]", "[e-mail]" and the like in place of what is found; of all kinds by default."""
    finders = {k: f for k, f in EVERYTHING.items() if kinds is None or k in kinds}
    return replace(text, finders, lambda kind, _: f"[{kind}]")


def strip_secrets(text: str) -> str:
    """Take out secrets that a customer wrote; of a card the last four digits stay."""
    return take_out(text)[0]


def take_out(text: str) -> tuple[str, list[Kind]]:
    """Return a text without its secrets, and which kinds they were, the first one first."""
    seen: dict[Kind, None] = {}

    def name(kind: Kind, written: str) -> str:
        seen[kind] = None
        return _kept_of(kind, written)

    return replace(text, SECRETS, name), list(seen)


def stood_in(text: str) -> list[Kind]:
    """Return the kinds of which `take_out` has left something in a text, one-time codes aside."""
    return [kind for kind in SECRETS if kind != "code" and re.search(_LEFT[kind], text)]


def redact_values(value: Any, kinds: Collection[Kind] | None = None) -> Any:
    """Redact every text in a value of JSON, however deep; keys of mappings too."""
    if isinstance(value, str):
        return redact(value, kinds)
    if isinstance(value, Mapping):
        return {
            redact_values(key, kinds): redact_values(held, kinds) for key, held in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_values(held, kinds) for held in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(repr(value), kinds)


def replace(text: str, finders: Mapping[Kind, Finder], name: Callable[[Kind, str], str]) -> str:
    """Put what `name` says in place of each stretch that a finder finds.

    Stretches that overlap are one, so that no part of either is left.
    """
    folded = fold(text)
    found = sorted(
        (*folded.span(start, end), kind)
        for kind, finder in finders.items()
        for start, end in finder(folded.text)
    )
    if not found:
        return text
    parts: list[str] = []
    place = 0
    for start, end, kind in _joined(found):
        parts += [text[place:start], name(kind, text[start:end])]
        place = end
    return "".join([*parts, text[place:]])


def _joined(found: list[tuple[int, int, Kind]]) -> Iterator[tuple[int, int, Kind]]:
    start, end, kind = found[0]
    for start_2, end_2, kind_2 in found[1:]:
        if start_2 < end:
            end, kind = max(end, end_2), min(kind, kind_2, key=_RANK.__getitem__)
            continue
        yield start, end, kind
        start, end, kind = start_2, end_2, kind_2
    yield start, end, kind


def _kept_of(kind: Kind, written: str) -> str:
    if kind != "card":
        return f"[{kind}]"
    digits = [character for character in fold(written).text if character.isdigit()]
    return f"[card ending {''.join(digits[-4:])}]"
