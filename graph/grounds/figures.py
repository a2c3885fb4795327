"""Figures in a text, in whatever notation: numbers, money, times, dates, order numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from handrail.graph.grounds.dates import read_dates, read_weekdays
from handrail.graph.grounds.figure import Figure, blank
from handrail.graph.grounds.measures import read_measures
from handrail.graph.grounds.wordlists import straight

_ID = re.compile(r"(?<![\w-])(?=[A-Za-z]*-?\d)(?:[A-Z]{1,6}-?\d[A-Z\d-]*|[a-z]{2}-\d{3,})(?!\w)")
_CLOCK = re.compile(
    r"(?<![\d.,])(\d{1,2})(?:[:.h](\d{2}))?\s*(a\.?m\.?|p\.?m\.?|uhr|uur|heures|h)(?!\w)",
    re.IGNORECASE,
)
_COLON = re.compile(r"(?<![\d.,:])(\d{1,2}):(\d{2})(?![\d:])")
_NOON = 12


def readings_of(found: Iterable[Figure]) -> frozenset[str]:
    """Return every reading that figures of a source bear out, bare numbers among them."""
    known: set[str] = set()
    for figure in found:
        for reading in figure.readings:
            known.add(reading)
            kind, _, value = reading.partition(" ")
            if kind in {"eur", "usd", "gbp", "chf", "id"}:
                known.add(f"n {value}")
            if kind == "time" and value.endswith(":00"):
                known.add(f"n {value.removesuffix(':00')}")
    return frozenset(known)


@lru_cache(maxsize=4096)
def figures(text: str, language: str) -> tuple[Figure, ...]:
    """Return the figures of a text in order; what one notation has read, no later one reads."""
    plain = straight(text)
    found: list[Figure] = []
    for read in (_identifiers, read_dates, _clock, read_measures, read_weekdays):
        found += read(plain, language)
        plain = blank(plain, found)
    return tuple(sorted(found, key=lambda figure: figure.start))


def _identifiers(text: str, language: str) -> list[Figure]:
    found = []
    for match in _ID.finditer(text):
        code = match[0].upper()
        digits = code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
        readings = {f"id {code}"} | ({f"id {digits}"} if digits.isdigit() else set())
        found.append(Figure(match[0], *match.span(), frozenset(readings)))
    return found


def _clock(text: str, language: str) -> list[Figure]:
    found: list[Figure] = []
    for match in [*_COLON.finditer(text), *_CLOCK.finditer(text)]:
        half = (match[3] if match.re is _CLOCK else "").replace(".", "").lower()
        hour = int(match[1]) % _NOON if half in {"am", "pm"} else int(match[1])
        hour += _NOON if half == "pm" else 0
        minute = match[2] or "00"
        if not any(f.start <= match.start() < f.end for f in found):
            reading = frozenset({f"time {hour}:{minute}"})
            found.append(Figure(match[0], *match.span(), reading))
    return found
