"""The desk over a graph in this process: for tests, and for products that embed the graph."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

from handrail.app.access.user import User
from handrail.app.desk.protocol import NOT_ALLOWED, NOTHING_ASKED, ThreadGone
from handrail.graph.context import Context
from handrail.graph.state import Event
from handrail.graph.turns import Turns


class GraphDesk:
    """Run events on a compiled graph that has a checkpointer, one at a time for each thread.

    `turns` are those that the product takes while a customer's turn runs, so that neither
    overtakes the other.
    """

    def __init__(
        self,
        graph: CompiledStateGraph[Any, Context, Any, Any],
        turns: Turns | None = None,
    ) -> None:
        self._graph = graph
        self._turns = turns or Turns()

    async def act(self, thread_id: str, event: Event, agent: User) -> str | None:
        """Carry out an event as `agent`."""
        return await self._run(thread_id, {"messages": [], "event": event}, agent)

    async def answer(self, thread_id: str, answer: Any, agent: User) -> str | None:
        """Answer the approval that waits as `agent`."""
        return await self._run(thread_id, Command(resume=answer), agent)

    async def _run(self, thread_id: str, given: Any, agent: User) -> str | None:
        if not agent.at_the_desk or agent.role is None:
            return NOT_ALLOWED
        config: RunnableConfig = {"configurable": {"thread_id": thread_id}}
        context = Context(role=agent.role, actor=agent.id, actor_name=agent.name)
        async with self._turns.turn_of(thread_id):
            before = await self._graph.aget_state(config)
            if not before.values:
                raise ThreadGone(thread_id)
            if isinstance(given, Command) and not before.interrupts:
                return NOTHING_ASKED
            state = await self._graph.ainvoke(given, config, context=context, durability="sync")
        refused = state.get("refused")
        return str(refused) if refused else None
