"""What calls of models took, and what was learned of the models: without LangChain's agent."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage

from handrail.graph.state import Usage
from handrail.models.provider import Link
from handrail.tools.backends.breaker import CircuitBreaker


@dataclass
class Health:
    """What all turns of a process have learned of the models, by their names.

    A breaker leaves a model alone that failed several times in a row; `unforced` are those whose
    server refuses to be made to call a tool.
    """

    breakers: dict[str, CircuitBreaker] = field(default_factory=dict)
    unforced: set[str] = field(default_factory=set)

    def guarding(self, link: Link) -> AbstractContextManager[None]:
        """Let one call through, and learn from its end. Raises Lasting while it is left alone."""
        return self.breakers.setdefault(link.name, CircuitBreaker()).guarding()


@dataclass
class Spent:
    """What one turn's calls took, and what failed on the way, in plain sentences."""

    usage: list[Usage] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)


class ModelsDown(Exception):
    """No model of the chain has answered; `spent` says what happened and what it took."""

    def __init__(self, spent: Spent) -> None:
        super().__init__("; ".join(spent.tried))
        self.spent = spent


def usage_of(link: Link, message: AIMessage) -> Usage:
    """Return what a call took as the provider counted it; zeros where it did not say."""
    counted: dict[str, Any] = dict(message.usage_metadata or {})
    details = counted.get("input_token_details") or {}
    return Usage(
        model=link.name,
        input=int(counted.get("input_tokens", 0)),
        cached=int(details.get("cache_read", 0) or 0),
        output=int(counted.get("output_tokens", 0)),
    )
