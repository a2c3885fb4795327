"""Find what a tool needs in a customer's words: an order number, an e-mail address."""

from __future__ import annotations

import re

_PREFIXED = re.compile(r"(?<![\w-])#?\s?([A-Za-z]{1,4}-\d{3,15}(?:-\d{1,6})?)(?![\w-])")
_BARE = re.compile(
    r"(?<![\w.,€$£-])#?\s?([A-Za-z]?\d{4,16})(?![\w-]|[.,]\d|\s?(?:€|£|\$|eur|dollar|pound))",
    re.IGNORECASE,
)
CODE = "[code]"  # stands in a message where a one-time code was
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ORDINALS = {
    1: ("first", "1st", "primero", "primera", "premier", "première", "erste", "ersten", "primeiro",
        "primeira", "primo", "prima", "eerste"),
    2: ("second", "2nd", "segundo", "segunda", "deuxième", "zweite", "zweiten", "secondo",
        "tweede"),
    3: ("third", "3rd", "tercero", "tercera", "troisième", "dritte", "terceiro", "terzo", "derde"),
    -1: ("last", "latest", "newest", "último", "última", "dernier", "dernière", "letzte", "ultimo",
         "ultima", "laatste"),
}  # fmt: skip


def order_number(text: str) -> str | None:
    """Return the first thing that looks like an order number, as typed, or None."""
    without_mail = _EMAIL.sub(" ", text)
    prefixed = _PREFIXED.search(without_mail)
    if prefixed:
        return prefixed.group(1)
    for bare in _BARE.finditer(without_mail):
        if not _YEAR.fullmatch(bare.group(1)):
            return bare.group(1)
    return None


def email(text: str) -> str | None:
    """Return the first e-mail address, without a full stop that ends the sentence."""
    found = _EMAIL.search(text)
    return found.group(0).rstrip(".") if found else None


def named(text: str, offer: str) -> str | None:
    """Return the order number of the one line of an offer that the customer's words name.

    "the tent" names "FH-10421, on its way: Heron tent for two"; None where no line or several do.
    """
    lines = [line for line in offer.splitlines() if order_number(line)]
    words = set(re.findall(r"\w{4,}", text.lower()))
    found = [line for line in lines if words & set(re.findall(r"\w{4,}", line.lower()))]
    return order_number(found[0]) if len(found) == 1 and len(lines) > 1 else None


def choice(text: str) -> int | None:
    """Return which of a list the customer means: 1, 2, 3, or -1 for the latest; None if unsaid."""
    words = re.findall(r"\w+", text.lower())
    for position, names in _ORDINALS.items():
        if any(name in words for name in names):
            return position
    return None
