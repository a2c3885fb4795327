"""Runs on a graph in this process: for tests, and for products that embed the graph."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakValueDictionary

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

from handrail.app.access.channel_tokens import login_of
from handrail.app.access.user import User
from handrail.app.channels.runs import Standing, standing_in
from handrail.app.desk.protocol import ThreadGone
from handrail.graph.context import USER, Context
from handrail.graph.state import Event


class GraphRuns:
    """Run on a compiled graph that has a checkpointer, one run at a time for each thread.

    `locks` are those that the desk in the same process holds.
    """

    def __init__(
        self,
        graph: CompiledStateGraph[Any, Context, Any, Any],
        locks: WeakValueDictionary[str, asyncio.Lock] | None = None,
    ) -> None:
        self._graph = graph
        self._locks = WeakValueDictionary[str, asyncio.Lock]() if locks is None else locks

    async def say(self, thread_id: str, message_id: str, text: str, customer: User) -> None:
        """Run a customer's message."""
        given = {"messages": [HumanMessage(text, id=message_id)]}
        async with self._locks.setdefault(thread_id, asyncio.Lock()):
            await self._graph.ainvoke(given, _as(thread_id, customer.facts()), durability="sync")

    async def act(self, thread_id: str, event: Event, agent: User) -> str | None:
        """Carry out an agent's act, under the login of the conversation, as on a server."""
        acting = {**agent.facts(), "actor": agent.id, "thread": thread_id}
        config = _as(thread_id, acting | {"identity": login_of(agent.channel or "", thread_id)})
        async with self._locks.setdefault(thread_id, asyncio.Lock()):
            if not (await self._graph.aget_state(config)).values:
                raise ThreadGone(thread_id)
            given = {"messages": [], "event": event}
            state = await self._graph.ainvoke(given, config, durability="sync")
        refused = state.get("refused")
        return str(refused) if refused else None

    async def standing(self, thread_id: str, customer: User) -> Standing:
        """Read how a conversation stands."""
        state = await self._graph.aget_state(_as(thread_id, customer.facts()))
        return standing_in(state.values)


def _as(thread_id: str, facts: dict[str, Any]) -> RunnableConfig:
    return {"configurable": {"thread_id": thread_id, USER: facts}}
