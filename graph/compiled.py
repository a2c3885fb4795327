"""The compiled graph: LangGraph's, and what is ours to do around each run of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Self

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import merge_configs
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Durability
from langgraph.typing import ContextT, InputT, OutputT, StateT

from handrail.graph.checkpoint_order import in_order
from handrail.graph.recording import NO_THREAD, thread_of
from handrail.graph.turn_span import in_turn
from handrail.graph.turns import Turns
from handrail.graph.unreleased import released, reveals, sifted

ONCE: Durability = "exit"


class SupportGraph(CompiledStateGraph[StateT, ContextT, InputT, OutputT]):
    """The support graph. Every way to run it goes through `astream`, on a server too.

    A run is one trace, and nothing that it streams has not passed the gate. With `turns` it waits
    for the run before it on the same thread.
    """

    turns: Turns | None

    def __init__(self, *, turns: Turns | None = None, **parts: Any) -> None:
        """Take the parts of a compiled graph; a copy is made like this too."""
        super().__init__(**parts)
        self.turns = turns

    @classmethod
    def of(
        cls,
        compiled: CompiledStateGraph[StateT, ContextT, InputT, OutputT],
        turns: Turns | None = None,
    ) -> Self:
        """Return the same compiled graph as one of ours."""
        made = cls.__new__(cls)
        vars(made).update(vars(compiled), turns=turns)
        return made

    def astream(
        self,
        input: Any,  # noqa: A002 - LangGraph's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[Any]:
        """Stream a run as LangGraph does, in whichever modes, in the span of a turn.

        Where nothing is said about `durability`, a turn is kept once, before it ends.
        """
        if isinstance(self.checkpointer, BaseCheckpointSaver):
            in_order(self.checkpointer)
            if kwargs.get("durability") is None:
                kwargs["durability"] = ONCE
        thread = thread_of(merge_configs(self.config, config))
        turn = in_turn(super().astream(input, sifted(config), **kwargs), thread)
        if self.turns is not None and thread != NO_THREAD:
            turn = self.turns.apart(turn, thread)
        return released(turn) if reveals(kwargs.get("stream_mode")) else turn

    def astream_events(self, *args: Any, **kwargs: Any) -> Any:
        """Stream the events of a run as LangChain does."""
        events = super().astream_events(*args, **kwargs)
        return events if kwargs.get("version") == "v3" else released(events)
