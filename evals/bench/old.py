"""Time a turn against an empty graph of the same shape, in one run: ratios, not seconds.

What telemetry adds to a turn, what the agent loop costs, and whether the time of an answer gives
away which accounts exist.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from rich.console import Console
from rich.table import Table

from handrail.evals.replay import without_effects
from handrail.evals.reset_timing import show_timing, time_resets
from handrail.evals.telemetry_cost import show_telemetry, time_telemetry
from handrail.evals.writer_cost import show_writers, time_writers
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.guards import GUARDS
from handrail.graph.opening import open_services
from handrail.graph.services import LazyServices
from handrail.graph.settings import Settings
from handrail.graph.state import State

TURNS = 200
WARM = 20
KINDS = {
    "refund policy, cited": "How long do refunds usually take to arrive, case {n}?",
    "order status, not signed in": "Where is my parcel number {n}? It should be here",
    "handoff": "I want to talk to a person about case {n}, please",
}


def empty_graph() -> CompiledStateGraph[Any, Any, Any, Any]:
    """Build a graph of the same shape whose nodes do nothing."""

    async def nothing(state: State) -> dict[str, Any]:
        return {}

    builder = StateGraph(State)
    for name in ("intake", *GUARDS, "triage", "answer", "assess", "reply"):
        builder.add_node(name, nothing)
    builder.add_edge(START, "intake")
    for guard in GUARDS:
        builder.add_edge("intake", guard)
    builder.add_edge(list(GUARDS), "triage")
    builder.add_conditional_edges("triage", lambda _: "answer", ["answer"])
    builder.add_edge("answer", "assess")
    builder.add_conditional_edges("assess", lambda _: "reply", ["reply"])
    builder.add_edge("reply", END)
    return builder.compile(checkpointer=InMemorySaver())


async def median_ms(graph: CompiledStateGraph[Any, Any, Any, Any], text: str, tag: str) -> float:
    """Return the median milliseconds of a first turn on a fresh thread."""
    taken: list[float] = []
    for n in range(WARM + TURNS):
        given = {"messages": [HumanMessage(content=text.format(n=10_000 + n))]}
        config: RunnableConfig = {"configurable": {"thread_id": f"{tag}-{n}"}}
        began = time.perf_counter()
        await graph.ainvoke(given, config, context=Context())
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken[WARM:])


async def main() -> bool:
    """Print the table and write reports/bench.json. False where accounts can be told apart."""
    services = await asyncio.to_thread(open_services, Settings())
    dry = without_effects(services)
    base = await median_ms(empty_graph(), "case {n}", "empty")
    found: dict[str, Any] = {"empty graph": {"p50_ms": round(base, 2), "ratio": 1.0}}
    for kind, text in KINDS.items():
        graph = build_graph(LazyServices(lambda: dry), checkpointer=InMemorySaver())
        took = await median_ms(graph, text, kind)
        found[kind] = {"p50_ms": round(took, 2), "ratio": round(took / base, 2)}
    table = Table(title=f"One turn, in-memory checkpointer, {TURNS} turns each")
    for column in ("turn", "p50 ms", "x empty graph"):
        table.add_column(column)
    for kind, row in found.items():
        table.add_row(kind, f"{row['p50_ms']}", f"{row['ratio']}")
    Console().print(table)
    found["telemetry"] = await time_telemetry(dry, TURNS, WARM)
    show_telemetry(Console(), found["telemetry"])
    found["writers"] = await time_writers(services, TURNS, WARM)
    show_writers(Console(), found["writers"])
    with TemporaryDirectory(prefix="handrail-bench-") as folder:
        own = Settings(database_url=f"sqlite:///{folder}/bench.db", mailbox=Path(folder) / "mail")
        timing = await time_resets(await asyncio.to_thread(open_services, own))
    alike = show_timing(Console(), timing)
    found["known and unknown accounts"] = timing
    path = Path("reports") / "bench.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return alike


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
