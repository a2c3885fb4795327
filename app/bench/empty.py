"""The empty graph that a server holds beside ours, for comparison."""

from __future__ import annotations

from handrail.evals.bench.empty import empty_graph

graph = empty_graph(checkpointer=None)
