"""Runs on a graph in this process: for tests, and for products that embed the graph."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

from handrail.app.access.channel_tokens import login_of
from handrail.app.access.user import User
from handrail.app.channels.runs import Standing, standing_in
from handrail.app.desk.protocol import ThreadGone
from handrail.graph.context import USER, Context
from handrail.graph.state import Event
from handrail.graph.turns import Turns


class GraphRuns:
    """Run on a compiled graph that has a checkpointer, one run at a time for each thread.

    `turns` are those that the desk in the same process takes.
    """

    def __init__(
        self,
        graph: CompiledStateGraph[Any, Context, Any, Any],
        turns: Turns | None = None,
    ) -> None:
        self._graph = graph
        self._turns = turns or Turns()

    async def say(self, thread_id: str, message_id: str, text: str, customer: User) -> None:
        """Run a customer's message."""
        given = {"messages": [HumanMessage(text, id=message_id)]}
        async with self._turns.turn_of(thread_id):
            await self._graph.ainvoke(given, _as(thread_id, customer.facts()), durability="sync")

    async def act(self, thread_id: str, event: Event, agent: User) -> str | None:
        """Carry out an agent's act, under the login of the conversation, as on a server."""
        acting = {**agent.facts(), "actor": agent.id, "thread": thread_id}
        config = _as(thread_id, acting | {"identity": login_of(agent.channel or "", thread_id)})
        async with self._turns.turn_of(thread_id):
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
