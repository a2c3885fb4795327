"""Lexicons: expressions that fire, and expressions that excuse one they overlap with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from handrail.prompts.load import from_yaml

FOLDER = Path(__file__).resolve().parent.parent / "prompts" / "lexicons"
GUARDS = ("legal", "sentiment", "account_closure", "human_request", "injection")
_BETWEEN = re.compile(r"[^\w']+")


@dataclass(frozen=True)
class Lexicon:
    """Expressions that fire, and ones that excuse what they overlap with; `own` are a company's."""

    fires: re.Pattern[str]
    excuses: re.Pattern[str] | None
    own: re.Pattern[str] | None = None

    def find(self, text: str) -> list[str]:
        """Return the words that fire and that no excuse covers, as they were written."""
        return self._unexcused(self.fires, text)

    def find_own(self, text: str) -> list[str]:
        """Return the words that a company of its own will has fire, and that no excuse covers."""
        return self._unexcused(self.own, text) if self.own else []

    def _unexcused(self, expressions: re.Pattern[str], text: str) -> list[str]:
        excused = [m.span() for m in self.excuses.finditer(text)] if self.excuses else []
        return [
            match.group(0)
            for match in expressions.finditer(text)
            if not any(start < match.end() and match.start() < end for start, end in excused)
        ]

    def is_whole(self, text: str) -> bool:
        """Tell whether a text says one of the expressions and nothing else; signs do not count."""
        words = _BETWEEN.sub(" ", text.replace("\u2019", "'")).strip()
        return self.fires.fullmatch(words) is not None

    def opens(self, text: str) -> bool:
        """Tell whether a text begins with one of the expressions."""
        return self.fires.match(text.lstrip("¿¡ ")) is not None

    def covers(self, text: str) -> bool:
        """Tell whether a text is one of the expressions from its beginning to its end."""
        return self.fires.fullmatch(text) is not None


class Expressions(NamedTuple):
    """Expressions that a company adds to a lexicon."""

    fires: list[str]
    excuses: list[str]


def read_lexicons(added: Mapping[str, Expressions] | None = None) -> dict[str, Lexicon]:
    """Return the lexicon of every guard that has one, by name, with what a company adds.

    And "take_back": what a waiting customer writes who would rather have the assistant again.
    """
    added = added or {}
    return {name: read_lexicon(name, added.get(name)) for name in (*GUARDS, "take_back")}


def read_lexicon(name: str, added: Expressions | None = None) -> Lexicon:
    """Read prompts/lexicons/<name>.yaml: lists of regular expressions under language codes."""
    raw = from_yaml((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    own = added or Expressions([], [])
    return Lexicon(
        fires=_join(raw["fires"]) or re.compile(r"(?!)"),
        excuses=_join({**(raw.get("excuses") or {}), "own": own.excuses}),
        own=_join({"own": own.fires}),
    )


def _join(by_language: dict[str, list[str]]) -> re.Pattern[str] | None:
    """Join the expressions of all languages, each between word boundaries."""
    expressions = [e for expressions in by_language.values() for e in expressions]
    if not expressions:
        return None
    joined = "|".join(f"(?:{expression})" for expression in expressions)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)
