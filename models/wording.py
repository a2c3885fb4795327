"""Render the words that customers read, from prompts/replies/<language>.yaml."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from handrail.prompts.load import from_yaml

FOLDER = Path(__file__).resolve().parent.parent / "prompts" / "replies"
LEXICONS = FOLDER.parent / "lexicons"
FALLBACK = "en"


class Wording:
    """Say a thing in the customer's language; English where a language has no words of ours."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._words: dict[str, dict[str, Any]] = {
            path.stem: from_yaml(path.read_text(encoding="utf-8"))
            for path in sorted(folder.glob("*.yaml"))
        }
        self._smalltalk = from_yaml((LEXICONS / "smalltalk.yaml").read_text(encoding="utf-8"))
        # The result is plain text that each surface escapes for itself, hence no autoescape.
        self._jinja = Environment(  # noqa: S701
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._templates = lru_cache(maxsize=1024)(self._compile)

    def say(self, key: str, language: str, **values: Any) -> str:
        """Render one template. `key` may reach into a mapping: "handoff_reason.anger"."""
        return self._templates(key, self.spoken(language)).render(**values).strip()

    def spoken(self, language: str) -> str:
        """Return the language we reply in: this one, or English where we have no words for it."""
        return language if language in self._words else FALLBACK

    def smalltalk(self, text: str) -> str:
        """Return the key of the reply to a bit of small talk: greeting, thanks and so on."""
        for key, patterns in self._smalltalk.items():
            if any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns):
                return str(key)
        return "acknowledge"

    def _compile(self, key: str, language: str) -> Template:
        found: Any = self._words[language]
        for part in key.split("."):
            found = found[part]
        return self._jinja.from_string(str(found))
