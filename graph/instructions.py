"""The words that tell the model what to do, none of which a customer should read."""

from __future__ import annotations

from functools import cache

from handrail.prompts.load import FOLDER, load


@cache
def instructions() -> tuple[str, ...]:
    """Return the system prompt and the descriptions of the tools; read once."""
    tools = sorted(path.stem for path in (FOLDER / "tools").glob("*.md"))
    return (load("answer"), load("final_answer"), *(load(f"tools/{name}") for name in tools))
