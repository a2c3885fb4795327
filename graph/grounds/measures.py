"""Numbers in a text, in digits and in words, with what they count: money, time, percent."""

from __future__ import annotations

import re
from functools import cache

from handrail.graph.grounds.figure import Figure, blank
from handrail.graph.grounds.wordlists import expressions, joined, word_list

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
SHORT_STEM, ENDING = 2, 5  # letters: a stem that must be the whole word, and what may follow one
AFTER = 4  # words after a number among which its measure stands


def read_measures(text: str, language: str) -> list[Figure]:
    """Return the numbers of a text, each with what it counts where it counts something."""
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
    raw += [(match.start(), match.end(1), "1") for match in one.finditer(blank(text, found))]
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
