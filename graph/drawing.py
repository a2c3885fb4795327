"""The drawing as Mermaid, as the README shows it and the snapshot test holds it."""

from __future__ import annotations

from typing import Any

from langgraph.graph.state import CompiledStateGraph

HANDLER = "__default_error_handler__"


def mermaid(graph: CompiledStateGraph[Any, Any, Any, Any]) -> str:
    """Draw the compiled graph.

    LangGraph shows the shared error handler as a node with no edge; it goes to `escalate` from
    wherever a node fails, and is drawn so.
    """
    drawn = graph.get_graph()
    if HANDLER in drawn.nodes:
        drawn.add_edge(drawn.nodes[HANDLER], drawn.nodes["escalate"], "a node failed")
    return drawn.draw_mermaid()
