"""A model that believes what it reads: it does what the text before it says."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage


def obeying(steps: list[Any]) -> list[AIMessage]:
    """Return its script: a mapping of a tool's name to arguments is a call, a text is the answer."""
    return [_step(number, step) for number, step in enumerate(steps)]


def _step(number: int, step: Any) -> AIMessage:
    if isinstance(step, str):
        return AIMessage(content=step)
    [(name, args)] = step.items()
    return AIMessage(content="", tool_calls=[{"name": name, "args": args, "id": str(number)}])
