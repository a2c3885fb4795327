"""Split a reply or a passage into sentences, without cutting dates and abbreviations in two."""

from __future__ import annotations

import re

from handrail.graph.grounds.dates import month_names

_END = re.compile(r"(?<=[.!?…])[\"”»“)]*\s+|\n+")
_ENUMERATED = re.compile(r"^\s*(?:[>*•–-]+\s*|\*\*|\d{1,2}[.)]\s+(?=\S+\s+\S+\s+\S))+")
_OPEN = re.compile(
    r"\b(?:z\.\s?B|d\.\s?h|p\.\s?ej|e\.g|i\.e|approx|ca|bzw|nr|núm|sr|sra|mr|mrs"
    r"|dr|incl|inkl|max|min|usw|etc|bijv|art|tel|resp)\.$",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?<![\d.,€$£])\d{1,2}\.$")
_EMPHASIS = re.compile(r"\*\*|__|`(?!`)|^#+\s+", re.MULTILINE)


def sentences_of(text: str) -> list[str]:
    """Return the sentences, without marks of lists and emphasis."""
    found: list[str] = []
    for line in _EMPHASIS.sub("", text).splitlines():
        begun = ""
        start = 0
        for end in [*_END.finditer(line), None]:
            part = line[start : end.end() if end else len(line)]
            start = end.end() if end else len(line)
            begun += part
            if end and (
                _inside(begun, line[start:])
                or _OPEN.search(begun.strip())
                or _in_date(begun, line[start:])
            ):
                continue
            found.append(begun.strip())
            begun = ""
        if begun.strip():
            found.append(begun.strip())
    bare = (_ENUMERATED.sub("", sentence).strip() for sentence in found)
    return [sentence for sentence in bare if any(c.isalnum() for c in sentence)]


def _inside(begun: str, rest: str) -> bool:
    """Tell whether a quotation ends in the middle of a sentence: choose "Why?" and go on."""
    return begun.strip()[-1:] in '"”»“' and rest[:1].islower()


def _in_date(begun: str, rest: str) -> bool:
    """Tell whether the text so far ends with the day of a date: "12. November"."""
    first = re.match(r"\w+", rest)
    return bool(_DAY.search(begun.strip()) and first and first[0].casefold() in month_names())
