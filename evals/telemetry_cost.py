"""What telemetry costs a turn: without spans, with spans that go nowhere, with recorded ones."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from rich.console import Console
from rich.table import Table

from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.services import LazyServices, Services
from handrail.models import spans

Graph = CompiledStateGraph[Any, Any, Any, Any]
WITHOUT, SILENT, RECORDED = "no spans of turns and nodes", "nobody listens", "every span recorded"
TEXT = "How long do refunds usually take to arrive, case {n}?"


def without_turns(graph: Graph) -> Graph:
    """Return the same graph as LangGraph compiled it: its runs have no turn, its nodes no span."""
    plain: Graph = CompiledStateGraph.__new__(CompiledStateGraph)
    vars(plain).update(vars(graph))
    return plain


async def time_telemetry(dry: Services, turns: int, warm: int) -> dict[str, Any]:
    """Return the median CPU milliseconds of each way, and of what it costs over the first.

    The ways take turns, so that a busy moment of the machine meets all of them. CPU time of the
    process, because what is looked for is less than what waiting for a busy machine adds.
    """
    graph = build_graph(LazyServices(lambda: dry), checkpointer=InMemorySaver())
    ways = {WITHOUT: without_turns(graph), SILENT: graph, RECORDED: graph}
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for n in range(warm + turns):
        first = n % len(ways)  # who goes first pays for what the others find warm
        for place, way in enumerate([*list(ways)[first:], *list(ways)[:first]]):
            with _listening(recorded=way == RECORDED):
                took = await _one_turn(ways[way], n * len(ways) + place)
            if n >= warm:
                taken[way].append(took)
    base = taken[WITHOUT]
    return {
        way: {
            "cpu_p50_ms": round(statistics.median(took), 2),
            "costs_cpu_ms": round(_median_of_pairs(took, base), 3),
            "ratio": round(statistics.median(took) / statistics.median(base), 3),
        }
        for way, took in taken.items()
    }


def show_telemetry(console: Console, found: dict[str, Any]) -> None:
    """Print what was measured."""
    table = Table(title="The same turn, cited, with and without telemetry")
    for column in ("telemetry", "CPU p50 ms", "costs ms", "x without"):
        table.add_column(column)
    for way, row in found.items():
        table.add_row(way, f"{row['cpu_p50_ms']}", f"{row['costs_cpu_ms']}", f"{row['ratio']}")
    console.print(table)


async def _one_turn(graph: Graph, n: int) -> float:
    given = {"messages": [HumanMessage(content=TEXT.format(n=10_000 + n))]}
    config: RunnableConfig = {"configurable": {"thread_id": f"telemetry-{n}"}}
    began = time.process_time()
    await graph.ainvoke(given, config, context=Context())
    return (time.process_time() - began) * 1000


def _median_of_pairs(took: list[float], base: list[float]) -> float:
    return statistics.median(one - other for one, other in zip(took, base, strict=True))


@contextmanager
def _listening(*, recorded: bool) -> Iterator[None]:
    """Record our spans in memory meanwhile, where asked to."""
    if not recorded:
        yield
        return
    kept = spans.tracer
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))
    spans.tracer = provider.get_tracer("handrail")
    try:
        yield
    finally:
        spans.tracer = kept
