"""The reference: an empty graph of the same shape, plain."""

from __future__ import annotations

from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from handrail.graph.guards import GUARDS
from handrail.graph.state import State

Graph = CompiledStateGraph[Any, Any, Any, Any]


def empty_graph(checkpointer: Checkpointer) -> Graph:
    """Build the nodes of an answered turn, with the same state, doing nothing.

    It has the guards side by side, the join and the forks after triage and assess. It has no
    limits of time, retries, error handler or telemetry: those are what Handrail adds.
    """
    builder = _up_to_triage("answer", "assess", "reply")
    builder.add_conditional_edges("triage", lambda _: "answer", ["answer"])
    builder.add_edge("answer", "assess")
    builder.add_conditional_edges("assess", lambda _: "reply", ["reply"])
    builder.add_edge("reply", END)
    return builder.compile(checkpointer=checkpointer)


def empty_escalation(checkpointer: Checkpointer) -> Graph:
    """Build the same for a turn that goes to a person: intake, guards, triage, escalate."""
    builder = _up_to_triage("escalate")
    builder.add_conditional_edges("triage", lambda _: "escalate", ["escalate"])
    builder.add_edge("escalate", END)
    return builder.compile(checkpointer=checkpointer)


def _up_to_triage(*more: str) -> StateGraph[State, None, State, State]:
    """Return the way to triage, with `more` nodes that nothing leads to yet."""

    async def nothing(state: State) -> dict[str, Any]:
        return {}

    builder = StateGraph(State)
    for name in ("intake", *GUARDS, "triage", *more):
        builder.add_node(name, nothing)
    builder.add_edge(START, "intake")
    for guard in GUARDS:
        builder.add_edge("intake", guard)
    builder.add_edge(list(GUARDS), "triage")
    return builder
