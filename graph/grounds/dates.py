"""Dates and weekdays in a text, in figures and in words."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from handrail.graph.grounds.figure import Figure, blank
from handrail.graph.grounds.wordlists import joined, word_list
from handrail.models.language import SPOKEN
from handrail.models.wording import Wording

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NUMERIC_DATE = re.compile(
    r"(?<![\d.,/])(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2})(?!\d)|\.(?!\d)|(?=$|[^\d.,/]))"
)
_LONGEST_DAY, _MONTHS = 31, 12


def read_dates(text: str, language: str) -> list[Figure]:
    """Return the dates of a text: 2026-11-12, 12.11., "12 November"."""
    found = []
    for match in _ISO.finditer(text):
        try:
            day = date.fromisoformat(match[0])
        except ValueError:
            continue
        readings = {f"date {day:%m-%d}", f"date {day:%Y-%m-%d}", f"weekday {day.weekday()}"}
        found.append(Figure(match[0], *match.span(), frozenset(readings)))
    for match in _worded_date().finditer(text):
        day_number = int(match["d1"] or match["d2"])
        month = month_names()[(match["m1"] or match["m2"]).casefold().rstrip(".")]
        if 1 <= day_number <= _LONGEST_DAY:
            year = match["y1"] or match["y2"]
            found.append(_day(match, month, day_number, year))
    for match in _NUMERIC_DATE.finditer(blank(text, found)):
        one, other = int(match[1]), int(match[3])
        if not (1 <= one <= _LONGEST_DAY and 1 <= other <= _MONTHS):
            continue
        found.append(_day(match, other, one, match[4]))
    return found


def _day(match: re.Match[str], month: int, day: int, year: str | None) -> Figure:
    short = f"{month:02}-{day:02}"
    full = f"20{year[-2:]}-{short}" if year else short
    return Figure(match[0], *match.span(), frozenset({f"date {full}"}))


def read_weekdays(text: str, language: str) -> list[Figure]:
    """Return the weekdays of a text, and the days that are named from today."""
    named = _day_names(language)
    found = [
        Figure(match[0], *match.span(), frozenset({f"weekday {named[match[1].casefold()]}"}))
        for match in _named_day(language).finditer(text)
    ]
    relative = joined(word_list("number_words")["relative"], language)
    return found + [
        Figure(match[0], *match.span(), frozenset({f"relative {match[0].casefold()}"}))
        for match in relative.finditer(text)
    ]


@cache
def month_names() -> dict[str, int]:
    """Return the months by name and short name, case folded, in every language that we speak."""
    wording = Wording()
    found: dict[str, int] = {}
    for language in SPOKEN:
        for month in range(1, _MONTHS + 1):
            name = wording.say(f"months.m{month}", language).casefold()
            found[name] = month
            found.setdefault(name[:3], month)
            found.setdefault(name[:4], month)
    return found


@cache
def _worded_date() -> re.Pattern[str]:
    months = "|".join(sorted(map(re.escape, month_names()), key=len, reverse=True))
    year = r"(?:,?\s+(?:de\s+|del\s+)?(20\d\d))?"
    return re.compile(
        rf"(?<![\w.,])(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?\s+(?:of\s+|de\s+|di\s+)?"
        rf"(?P<m1>{months})\.?(?!\w){year.replace('(20', '(?P<y1>20')}"
        rf"|(?<!\w)(?P<m2>{months})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:])"
        rf"{year.replace('(20', '(?P<y2>20')}",
        re.IGNORECASE,
    )


@cache
def _day_names(language: str) -> dict[str, int]:
    """Return the weekdays of a language by name, case folded; Monday is 0."""
    wording = Wording()
    found: dict[str, int] = {}
    for day in range(7):
        name = wording.say(f"weekdays.d{day}", language).casefold()
        found |= {name: day, name.removesuffix("-feira"): day}
    return found


@cache
def _named_day(language: str) -> re.Pattern[str]:
    either = "|".join(map(re.escape, sorted(_day_names(language), key=len, reverse=True)))
    return re.compile(rf"(?<!\w)({either})(?:s|en|e)?(?!\w)", re.IGNORECASE)
