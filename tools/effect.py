"""Tools marked by what they do to the world: READ or WRITE."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from langchain_core.tools import StructuredTool


class Effect(StrEnum):
    """What a tool does: READ looks, WRITE changes or sends something."""

    READ = "read"
    WRITE = "write"


class ReadTool(StructuredTool):
    """A tool that only looks."""

    effect: Literal[Effect.READ] = Effect.READ


class WriteTool(StructuredTool):
    """A tool that changes or sends something."""

    effect: Literal[Effect.WRITE] = Effect.WRITE
