"""What a writer is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from langchain_core.messages import BaseMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool

from handrail.graph.state import Claim, Usage


@dataclass(frozen=True)
class Request:
    """One turn to be answered: the conversation of this episode, and the tools that may be used.

    `messages` are the customer's and ours, oldest first; `language` is the one to reply in.
    """

    messages: Sequence[BaseMessage]
    language: str
    topic: str
    tools: Sequence[BaseTool]
    config: RunnableConfig


@dataclass(frozen=True)
class Written:
    """A draft and how it came about.

    `trace` holds each tool call: {"tool", "args", "result"}. `worded` says that our own templates
    worded the text. `problems` are vetoes that the writer itself has found; `tried` says in plain
    sentences what failed on the way, for the person who may take over.
    """

    text: str
    trace: list[dict[str, Any]] = field(default_factory=list)
    asked: str | None = None
    offered: list[str] = field(default_factory=list)
    worded: bool = False
    model: str = "embedded"
    claims: list[Claim] = field(default_factory=list)
    self_reported: float | None = None
    problems: list[str] = field(default_factory=list)
    usage: list[Usage] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)


class Writer(Protocol):
    """Write a draft. Raises BackendDown where a tool could not do its work."""

    async def write(self, request: Request) -> Written:
        """Return the draft for a turn."""
        ...
