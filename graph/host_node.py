"""Handrail as a node of a graph of the host's own, whose state has other names or more in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from langchain_core.messages import AnyMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from handrail.graph.context import Context

Who = Callable[[Mapping[str, Any], Runtime[Any]], Context]
HostNode = Callable[[Any, Runtime[Any], RunnableConfig], Awaitable[dict[str, Any]]]
TOLD = ("owner", "citations", "handoff", "notice", "refused", "resolution", "reasons", "confidence")


class NoMemory(ValueError):
    """The support graph would forget after each turn who owns the conversation."""

    def __init__(self) -> None:
        super().__init__(
            "Build the graph with checkpointer=True, so that it keeps its state in your "
            "checkpointer: build_graph(services, checkpointer=True)."
        )


def host_node(
    graph: CompiledStateGraph[Any, Context, Any, Any],
    who: Who,
    *,
    messages: str = "messages",
    event: str | None = None,
    facts: str | None = None,
) -> HostNode:
    """Return a node for the host's graph; `graph` is built with `checkpointer=True`.

    `who` says who is asking, by the host's state and runtime: never by what a message says. The
    node reads what the customer wrote last from the key `messages`, or the desk's event from the
    key `event`, and gives back the messages that are new. `facts` is a key that gets the owner,
    the citations, the handoff and the like. Raises NoMemory.
    """
    if graph.checkpointer is not True:
        raise NoMemory

    async def support(
        state: Mapping[str, Any], runtime: Runtime[Any], config: RunnableConfig
    ) -> dict[str, Any]:
        happened = state.get(event) if event else None
        known: Sequence[AnyMessage] = state.get(messages) or []
        given = {"messages": [] if happened else last_said(known), "event": happened}
        found = await graph.ainvoke(given, config, context=who(state, runtime))
        update: dict[str, Any] = {messages: news(known, found["messages"])}
        if event:
            update[event] = None
        if facts:
            update[facts] = {name: found.get(name) for name in TOLD}
        return update

    return support


def last_said(messages: Sequence[AnyMessage]) -> list[AnyMessage]:
    """Return what the customer has written since anybody else last wrote. Pure."""
    start = len(messages)
    while start and isinstance(messages[start - 1], HumanMessage):
        start -= 1
    return list(messages[start:])


def news(known: Sequence[AnyMessage], now: Sequence[AnyMessage]) -> list[AnyMessage]:
    """Return the messages of the host's list that have changed, and those it does not have. Pure.

    A secret that a customer wrote is taken out under the same id.
    """
    had = {message.id: message.content for message in known}
    since = {message.id for message in now if message.id in had}
    first = next((place for place, m in enumerate(now) if m.id in since), 0)
    return [
        message
        for message in now[first:]
        if message.id not in had or had[message.id] != message.content
    ]
