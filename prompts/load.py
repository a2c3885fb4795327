"""Read the words of a prompt."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


@cache
def load(name: str) -> str:
    """Return the text of prompts/<name>.md, without the space around it; read once."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8").strip()
