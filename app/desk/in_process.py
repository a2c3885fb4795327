"""The desk over a graph in this process: for tests, and for products that embed the graph."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakValueDictionary

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

from handrail.app.access.user import User
from handrail.app.desk.protocol import NOT_ALLOWED, ThreadGone
from handrail.graph.context import Context
from handrail.graph.state import Event


class GraphDesk:
    """Run events on a compiled graph that has a checkpointer, one at a time for each thread.

    `locks` are those that the product holds while a customer's turn runs, so that neither
    overtakes the other.
    """

    def __init__(
        self,
        graph: CompiledStateGraph[Any, Context, Any, Any],
        locks: WeakValueDictionary[str, asyncio.Lock] | None = None,
    ) -> None:
        self._graph = graph
        self._locks = WeakValueDictionary[str, asyncio.Lock]() if locks is None else locks

    async def act(self, thread_id: str, event: Event, agent: User) -> str | None:
        """Carry out an event as `agent`."""
        if not agent.at_the_desk or agent.role is None:
            return NOT_ALLOWED
        config: RunnableConfig = {"configurable": {"thread_id": thread_id}}
        context = Context(role=agent.role, actor=agent.id, actor_name=agent.name)
        async with self._locks.setdefault(thread_id, asyncio.Lock()):
            if not (await self._graph.aget_state(config)).values:
                raise ThreadGone(thread_id)
            state = await self._graph.ainvoke(
                {"messages": [], "event": event}, config, context=context, durability="sync"
            )
        refused = state.get("refused")
        return str(refused) if refused else None
