"""The compiled graph: LangGraph's, whose streams show nothing that has not passed the gate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from handrail.graph.context import Context
from handrail.graph.state import InputState, OutputState, State
from handrail.graph.unreleased import reveals, without_unreleased


class SupportGraph(CompiledStateGraph[State, Context, InputState, OutputState]):
    """The support graph, for servers and for library users."""

    @classmethod
    def of(
        cls, compiled: CompiledStateGraph[State, Context, InputState, OutputState]
    ) -> SupportGraph:
        """Return a compiled graph as one of ours."""
        return cls(**{k: v for k, v in vars(compiled).items() if k != "__orig_class__"})

    async def astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        """Stream a run as LangGraph does, in whichever modes."""
        hides = reveals(kwargs.get("stream_mode"))
        async for part in super().astream(*args, **kwargs):
            yield without_unreleased(part) if hides else part

    def astream_events(self, *args: Any, **kwargs: Any) -> Any:
        """Stream the events of a run as LangChain does."""
        events = super().astream_events(*args, **kwargs)
        return events if kwargs.get("version") == "v3" else _hiding(events)


async def _hiding(events: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for event in events:
        yield without_unreleased(event)
