"""Figures in a text, in whatever notation: numbers, money, times, dates, order numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from handrail.graph.grounds.wordlists import expressions, joined, straight, word_list
from handrail.models.language import SPOKEN
from handrail.models.wording import Wording

_ID = re.compile(r"(?<![\w-])(?=[A-Za-z]*-?\d)(?:[A-Z]{1,6}-?\d[A-Z\d-]*|[a-z]{2}-\d{3,})(?!\w)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NUMERIC_DATE = re.compile(
    r"(?<![\d.,/])(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2})(?!\d)|\.(?!\d)|(?=$|[^\d.,/]))"
)
_CLOCK = re.compile(
    r"(?<![\d.,])(\d{1,2})(?:[:.h](\d{2}))?\s*(a\.?m\.?|p\.?m\.?|uhr|uur|heures|h)(?!\w)",
    re.IGNORECASE,
)
_COLON = re.compile(r"(?<![\d.,:])(\d{1,2}):(\d{2})(?![\d:])")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")
_CURRENCY = {"€": "eur", "$": "usd", "£": "gbp"}
_MONEY_AFTER = re.compile(
    r"\s*(€|\$|£|eur\b|euros?\b|usd\b|dollars?\b|gbp\b|pounds?\b|chf\b)", re.IGNORECASE
)
_MONEY_BEFORE = re.compile(r"(€|\$|£|\beur|\busd|\bgbp|\bchf)\s*$", re.IGNORECASE)
_PERCENT = re.compile(
    r"\s*(?:%|percent\b|per cent\b|prozent\b|por cien?to\b|pour cent\b|"
    r"por cento\b|per cento\b|procent\b)",
    re.IGNORECASE,
)
_LONGEST_DAY, _MONTHS, _NOON = 31, 12, 12
SHORT_STEM, ENDING = 2, 5  # letters: a stem that must be the whole word, and what may follow one
AFTER = 4  # words after a number among which its measure stands


@dataclass(frozen=True)
class Figure:
    """What was written, from where to where, and the readings it may have."""

    text: str
    start: int
    end: int
    readings: frozenset[str]


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
    for read in (_identifiers, _dates, _clock, _measures, _weekdays):
        found += read(plain, language)
        plain = _blank(plain, found)
    return tuple(sorted(found, key=lambda figure: figure.start))


def _blank(text: str, found: Iterable[Figure]) -> str:
    letters = list(text)
    for figure in found:
        letters[figure.start : figure.end] = " " * (figure.end - figure.start)
    return "".join(letters)


def _identifiers(text: str, language: str) -> list[Figure]:
    found = []
    for match in _ID.finditer(text):
        code = match[0].upper()
        digits = code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
        readings = {f"id {code}"} | ({f"id {digits}"} if digits.isdigit() else set())
        found.append(Figure(match[0], *match.span(), frozenset(readings)))
    return found


def _dates(text: str, language: str) -> list[Figure]:
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
    for match in _NUMERIC_DATE.finditer(_blank(text, found)):
        one, other = int(match[1]), int(match[3])
        if not (1 <= one <= _LONGEST_DAY and 1 <= other <= _MONTHS):
            continue
        found.append(_day(match, other, one, match[4]))
    return found


def _day(match: re.Match[str], month: int, day: int, year: str | None) -> Figure:
    short = f"{month:02}-{day:02}"
    full = f"20{year[-2:]}-{short}" if year else short
    return Figure(match[0], *match.span(), frozenset({f"date {full}"}))


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


def _measures(text: str, language: str) -> list[Figure]:
    """Read numbers, in digits and in words, with what they count."""
    raw: list[tuple[int, int, str]] = [
        (*match.span(), _value(match[0])) for match in _NUMBER.finditer(text)
    ]
    numbers = word_list("number_words")["numbers"].get(language, {})
    raw += [
        (*match.span(), str(numbers[match[0].lower()]))
        for match in _number_words(language).finditer(text)
    ]
    found = [
        Figure(match[0], *match.span(), frozenset({"minute 30"}))
        for match in expressions("number_words", "half_hour", language).finditer(text)
    ]
    one = _one(language)
    raw += [(match.start(), match.end(1), "1") for match in one.finditer(_blank(text, found))]
    raw.sort()
    counted = ""
    for place in range(len(raw) - 1, -1, -1):
        start, end, value = raw[place]
        stop = raw[place + 1][0] if place + 1 < len(raw) else len(text)
        reading = _reading(text, start, end, stop, value, language)
        between = text[end:stop].strip(" ,-–").casefold()
        ranged = between in word_list("number_words")["range"].get(language, ()) or not between
        if reading.startswith("n ") and ranged and counted:
            reading = _scaled(value, counted)
        counted = _counted(text, end, stop, language) or (counted if ranged else "")
        if not any(f.start <= start < f.end for f in found):
            found.append(Figure(text[start:end], start, end, frozenset({reading})))
    return found


def _reading(  # noqa: PLR0917 - where it stands, what it is
    text: str, start: int, end: int, stop: int, value: str, language: str
) -> str:
    before, after = _MONEY_BEFORE.search(text[:start]), _MONEY_AFTER.match(text[end:])
    if before or after:
        sign = (before or after)[1].casefold()  # type: ignore[index]
        return (
            f"{_CURRENCY.get(sign, sign[:3].replace('dol', 'usd').replace('pou', 'gbp'))} {value}"
        )
    if _PERCENT.match(text[end:]):
        return f"percent {value}"
    stem = _counted(text, end, stop, language)
    if not stem:
        return f"n {value}"
    return _scaled(value, stem)


def _counted(text: str, end: int, stop: int, language: str) -> str:
    """Return the base and factor of the measure that stands after a number, "" for none."""
    near = re.split(r"[.,;:!?()]", text[end:stop].lstrip(" -–"))[0]
    head = " ".join(near.split()[:AFTER])
    working = expressions("number_words", "working", language).search(head) is not None
    for word in near.casefold().replace("-", " ").split()[:AFTER]:
        for stem, scale in _stems(language):
            if word == stem or (
                len(stem) > SHORT_STEM and word.startswith(stem) and len(word) <= len(stem) + ENDING
            ):
                return f"working {scale}" if working and scale.startswith("day") else scale
    return ""


def _scaled(value: str, scale: str) -> str:
    base, _, times = scale.partition("*")
    number = float(value) * int(times)
    return f"{base} {number:g}"


@cache
def _stems(language: str) -> list[tuple[str, str]]:
    times = word_list("number_words")["times"].get(language, {})
    found = [(stem, f"{base}*{n}") for base, stems in times.items() for stem, n in stems.items()]
    return sorted(found, key=lambda pair: -len(pair[0]))


def _value(written: str) -> str:
    """Return a number as a machine writes it: "1.234,50" and "1,234.50" are 1234.5."""
    marks = re.findall(r"[.,]", written)
    if len(marks) > 1 and len(set(marks)) > 1:
        written = written.replace(marks[0], "").replace(marks[-1], ".")
    elif len(marks) > 1 or re.search(r"[.,]\d{3}$", written):
        written = re.sub(r"[.,]", "", written)
    else:
        written = written.replace(",", ".")
    return f"{float(written):.10g}"


def _weekdays(text: str, language: str) -> list[Figure]:
    found = [
        Figure(match[0], *match.span(), frozenset({f"weekday {_days()[match[1].casefold()]}"}))
        for match in _day_names(language).finditer(text)
    ]
    relative = joined(word_list("number_words")["relative"], language)
    return found + [
        Figure(match[0], *match.span(), frozenset({f"relative {match[0].casefold()}"}))
        for match in relative.finditer(text)
    ]


@cache
def _number_words(language: str) -> re.Pattern[str]:
    numbers = word_list("number_words")["numbers"].get(language, {})
    return joined({language: sorted(numbers, key=len, reverse=True)}, language)


@cache
def _one(language: str) -> re.Pattern[str]:
    """Return what finds "one" before a measure of time, with one word between them at most."""
    articles = "|".join(word_list("number_words")["one"].get(language, ["(?!)"]))
    stems = "|".join(re.escape(stem) for stem, _ in _stems(language)) or "(?!)"
    return re.compile(
        rf"(?<!\w)({articles})\s(?:(?:working|business|full|whole|einzigen)\s)?(?:{stems})\w{{0,2}}(?!\w)",
        re.IGNORECASE,
    )


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
def _days() -> dict[str, int]:
    wording = Wording()
    found: dict[str, int] = {}
    for language in SPOKEN:
        for day in range(7):
            name = wording.say(f"weekdays.d{day}", language).casefold()
            found[name] = day
            found.setdefault(name.removesuffix("-feira"), day)
    return found


@cache
def _day_names(language: str) -> re.Pattern[str]:
    wording = Wording()
    named = [wording.say(f"weekdays.d{day}", language).casefold() for day in range(7)]
    stems = sorted({n for name in named for n in (name, name.removesuffix("-feira"))}, key=len)
    either = "|".join(map(re.escape, reversed(stems)))
    return re.compile(rf"(?<!\w)({either})(?:s|en|e)?(?!\w)", re.IGNORECASE)
