"""Read the words of a prompt, and files of lists."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from jinja2 import Template

FOLDER = Path(__file__).resolve().parent
# The safe loader in C, where PyYAML came with it: the same result in a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def from_yaml(text: str | bytes) -> Any:
    """Return what a YAML text holds: plain values, lists and mappings. Raises yaml.YAMLError."""
    return yaml.load(text, _LOADER)  # noqa: S506 # nosec B506


@cache
def load(name: str) -> str:
    """Return the text of prompts/<name>.md, without the space around it; read once."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8").strip()


@cache
def template(name: str) -> Template:
    """Return prompts/<name>.md to be rendered; a value that is not given is an error, not a gap."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - a server starts without it

    # What is rendered is plain text for a model or a mail, hence no autoescape.
    jinja = Environment(  # noqa: S701
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return jinja.from_string(load(name))


@cache
def widget_words(language: str) -> dict[str, str]:
    """Return what the chat widget says in a language, from prompts/widget; read once."""
    return dict(from_yaml((FOLDER / "widget" / f"{language}.yaml").read_text("utf-8")))
