"""Read the words of a prompt."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from jinja2 import Environment, StrictUndefined, Template

FOLDER = Path(__file__).resolve().parent


@cache
def load(name: str) -> str:
    """Return the text of prompts/<name>.md, without the space around it; read once."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8").strip()


@cache
def template(name: str) -> Template:
    """Return prompts/<name>.md to be rendered; a value that is not given is an error, not a gap."""
    # What is rendered is plain text for a model or a mail, hence no autoescape.
    jinja = Environment(  # noqa: S701
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return jinja.from_string(load(name))


@cache
def widget_words(language: str) -> dict[str, str]:
    """Return what the chat widget says in a language, from prompts/widget; read once."""
    return dict(yaml.safe_load((FOLDER / "widget" / f"{language}.yaml").read_text("utf-8")))
