"""Find payment cards and bank accounts: their lengths, known beginnings and check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

Span = tuple[int, int]

FEWEST_DIGITS, MOST_DIGITS = 13, 19
_DIGITS = re.compile(r"[0-9]++")
_BETWEEN = re.compile(r"[\s.,\-_/·\u2010-\u2015]{0,3}")
_CARD_WORD = re.compile(r"card|visa|karte|carte|tarjeta|cart[aã]o|carta|kaart", re.IGNORECASE)

# (first digits from, to, lengths). Ranges as the networks publish them; ISO/IEC 7812.
_NETWORKS: tuple[tuple[int, int, frozenset[int]], ...] = (
    (4, 4, frozenset({13, 16, 18, 19})),  # Visa
    (51, 55, frozenset({16})),  # Mastercard
    (2221, 2720, frozenset({16})),
    (34, 34, frozenset({15})),  # American Express
    (37, 37, frozenset({15})),
    (300, 305, frozenset({14, 16})),  # Diners Club
    (36, 36, frozenset({14, 16})),
    (38, 39, frozenset({14, 16})),
    (6011, 6011, frozenset({16, 17, 18, 19})),  # Discover
    (644, 659, frozenset({16, 17, 18, 19})),
    (3528, 3589, frozenset({16, 17, 18, 19})),  # JCB
    (62, 62, frozenset({16, 17, 18, 19})),  # UnionPay
    *(
        (first, first, frozenset(range(13, 20)))  # Maestro
        for first in (5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763)
    ),
)  # fmt: skip

# Length of an IBAN by country: the IBAN registry of SWIFT (ISO 13616).
_IBAN_LENGTHS = {
    name: int(length)
    for name, length in re.findall(
        r"([A-Z]{2})([0-9]{2})",
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18"
        "FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21"
        "LT20LU20LV21MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31"
        "SE24SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20",
    )
}
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}")
_IBAN_GAP = frozenset(" \t-.")


def passes_luhn(digits: str) -> bool:
    """Tell whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(int(digit) for digit in digits[::-2])) % 10 == 0


def cards(text: str) -> Iterator[Span]:
    """Yield where card numbers stand, written in one piece or in groups."""
    groups = [match.span() for match in _DIGITS.finditer(text)]
    joins = [
        _BETWEEN.fullmatch(text, end, start) is not None
        for (_, end), (start, _) in pairwise(groups)
    ]
    first = 0
    while first < len(groups):
        last = _card_from(text, groups, joins, first)
        if last is not None:
            yield groups[first][0], groups[last][1]
        first = first + 1 if last is None else last + 1


def _card_from(text: str, groups: list[Span], joins: list[bool], first: int) -> int | None:
    """Return the last group of the longest card number that begins with a group."""
    digits, found = "", None
    for place in range(first, min(first + MOST_DIGITS, len(groups))):
        start, end = groups[place]
        if (place > first and not joins[place - 1]) or len(digits) + end - start > MOST_DIGITS:
            break
        digits += text[start:end]
        if len(digits) < FEWEST_DIGITS or not _is_card(digits):
            continue
        whole = _stands_alone(text, groups[first][0], end)
        in_groups = place > first
        if whole and (len(digits) > FEWEST_DIGITS or in_groups or _is_near_card(text, start)):
            found = place
    return found


def _is_card(digits: str) -> bool:
    return len(digits) in _lengths(digits[:4]) and passes_luhn(digits)


@lru_cache(maxsize=10_000)
def _lengths(beginning: str) -> frozenset[int]:
    """Return how long a card number with these first four digits may be."""
    found: set[int] = set()
    for low, high, lengths in _NETWORKS:
        if low <= int(beginning[: len(str(low))]) <= high:
            found |= lengths
    return frozenset(found)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell a number from digits in the middle of a longer identifier."""
    return not (text[start - 1 : start].isalpha() and text[end : end + 1].isalpha())


def _is_near_card(text: str, start: int) -> bool:
    """Thirteen digits are more often the number of an article than an old card."""
    return _CARD_WORD.search(text, max(0, start - 40), start) is not None


def ibans(text: str) -> Iterator[Span]:
    """Yield where bank account numbers stand (ISO 13616, remainder 1 by 97)."""
    for match in _IBAN_START.finditer(text):
        length = _IBAN_LENGTHS.get(match[0][:2].upper())
        if length is None:
            continue
        kept, place = "", match.start()
        while place < len(text) and len(kept) < length:
            character = text[place]
            if character.isascii() and character.isalnum():
                kept += character.upper()
            elif character not in _IBAN_GAP or text[place - 1] in _IBAN_GAP:
                break
            place += 1
        if len(kept) == length and not text[place : place + 1].isalnum():
            number = "".join(str(int(c, 36)) for c in kept[4:] + kept[:4])
            if int(number) % 97 == 1:
                yield match.start(), place
