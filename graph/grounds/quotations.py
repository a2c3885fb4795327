"""What a reply quotes and cites: quotations stand word for word in what a tool brought."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handrail.graph.citing import SHORT_QUOTE, fold
from handrail.graph.grounds.sources import Evidence
from handrail.graph.grounds.wordlists import expressions, straight
from handrail.graph.state import Claim

_QUOTED = re.compile(r"“([^”\n]+)”|«([^»\n]+)»|„([^“”\n]+)[“”]|\"([^\"\n]+)\"|»([^«\n]+)«")
_BLOCK = re.compile(r"^[ \t]*>[ \t]*(.+)$", re.MULTILINE)
_LEFT_OUT = re.compile(r"\s*(?:\[?(?:…|\.{3})\]?)\s*")
_LINK = re.compile(r"\[([^\]\n]+)\]\((\S+?)\)")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"”»]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NEAR = 30  # characters before a quotation in which the word "article" makes it a title


@dataclass(frozen=True)
class Quoted:
    """The reply without what is proved by itself, and what it quotes or cites wrongly."""

    rest: str
    misquotes: tuple[str, ...]
    invented: tuple[str, ...]


def read_quotations(text: str, evidence: Evidence) -> Quoted:
    """Check quotations, titles and addresses, and take out of the text what was found."""
    misquotes: list[str] = []
    invented: list[str] = []

    def link(match: re.Match[str]) -> str:
        if fold(match[1]) not in evidence.titles and not evidence.says(match[1]):
            invented.append(match[0])
        return f"{match[1]} {match[2]}"

    def address(match: re.Match[str]) -> str:
        if match[0].rstrip(".,;:!?'*_") not in evidence.addresses:
            invented.append(match[0])
        return " "

    def quotation(match: re.Match[str]) -> str:
        said = next(group for group in match.groups() if group)
        if any(c.isalnum() for c in said):
            if fold(said).strip(" .,:") in evidence.titles:
                return f" {said} "
            if not _stands(said, evidence):
                before = straight(match.string[max(0, match.start() - NEAR) : match.start()])
                titled = match.re is _QUOTED and expressions("sources", "article").search(before)
                (invented if titled else misquotes).append(said)
            elif len(said) >= SHORT_QUOTE:
                return " " if match.re is _QUOTED else ""
        return match[0]

    rest = _ADDRESS.sub(address, _LINK.sub(link, text))
    rest = _BLOCK.sub(quotation, rest)
    lines = _QUOTED.sub(quotation, rest).splitlines()
    cited = {line: _cited(line) for line in lines}
    invented += [
        line.strip()
        for line, title in cited.items()
        if title and not any(known in title for known in evidence.titles)
    ]
    rest = "\n".join(line for line in lines if cited[line] is None)
    return Quoted(rest, tuple(misquotes), tuple(invented))


def claims_of(claims: Sequence[Claim], evidence: Evidence) -> tuple[list[str], list[str]]:
    """Return the claims whose quotation stands not in their source, and whose source is none."""
    misquotes: list[str] = []
    invented: list[str] = []
    for claim in claims:
        source, quote = claim["source"], fold(claim["quote"]).strip(" .")
        if source not in evidence.ids:
            invented.append(claim["text"])
        elif source in evidence.texts:
            if not quote or not _in_order(_LEFT_OUT.split(quote), evidence.texts[source]):
                misquotes.append(claim["text"])
        elif quote and fold(quote) not in fold(evidence.addresses):
            misquotes.append(claim["text"])
    return misquotes, invented


def _stands(said: str, evidence: Evidence) -> bool:
    parts = [part for part in _LEFT_OUT.split(said) if any(c.isalnum() for c in part)]
    return all(evidence.says(part.strip(" .,;:!?")) for part in parts) or (
        len(said) < SHORT_QUOTE and fold(said) in fold(evidence.addresses)
    )


def _in_order(parts: Sequence[str], text: str) -> bool:
    start = 0
    for part in parts:
        found = text.find(part, start)
        if found < 0:
            return False
        start = found + len(part)
    return True


def _cited(line: str) -> str | None:
    """Return the title that a line names as its source, folded; None where it names none."""
    opening, colon, title = line.strip(" *_>()").partition(":")
    words = opening.strip().rstrip("*_ ")
    if not colon or not expressions("sources", "line").fullmatch(words):
        return None
    return fold(title).strip(" .,()*_-–")
