"""A turn of each kind against an empty graph of the same shape, taken in turns in one run.

Every message is a new one, so that it is embedded and read. "Full" writes what a real turn writes
(audit row, handoff with its transcript) to an SQLite file of its own, with its wait for the disk;
"no records" keeps them in memory, as the empty graph on the in-memory checkpointer does. Both are
measured everywhere. Held is "no records" in memory, where the checkpointer keeps nothing on disk
either, by processor time, which a busy machine changes least; and "full" on SQLite, by the time on
the clock, for what is waited for there is the disk.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver

from handrail.evals.bench.empty import Graph, empty_escalation, empty_graph
from handrail.evals.bench.part import Bench, Budget, Found
from handrail.evals.replay import without_effects
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.opening import open_services
from handrail.graph.services import LazyServices, Services
from handrail.graph.settings import Settings

TURNS, QUICK, WARM = 120, 20, 8
NAMES = ("Ana", "Ben", "Cem", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "June", "Kai", "Lea")


@dataclass(frozen=True)
class Kind:
    """A kind of turn: its words, its reference, and what it may cost, in memory and on SQLite."""

    text: str
    empty: Callable[[Any], Graph]
    most: tuple[float, float]
    context: Context = field(default_factory=Context)


KINDS = {
    "refund policy, cited": Kind(
        "How long do refunds usually take to arrive, {who}?", empty_graph, (3.0, 1.6)
    ),
    "order status, not signed in": Kind(
        "Where is my parcel, {who}? It should be here", empty_graph, (3.0, 1.6)
    ),
    "order status, signed in": Kind(
        "Where is my order FH-10421, {who}?", empty_graph, (3.0, 1.6),
        Context(customer_id="cus_ana", verified=True),
    ),
    "handoff": Kind(
        "I want to talk to a person about this, {who}", empty_escalation, (3.5, 2.0)
    ),
}  # fmt: skip
_numbers = count()


def open_own(folder: Path) -> Services:
    """Open services that keep all they write in a folder; blocking."""
    database = f"sqlite:///{folder}/bench.db"
    return open_services(Settings(database_url=database, mailbox=folder / "mail"))


async def measure(bench: Bench) -> Found:
    """Return for each checkpointer and kind the milliseconds of a turn, and what it is to empty."""
    services = await asyncio.to_thread(open_own, bench.folder)
    dry = without_effects(services)
    found: Found = {}
    async with _savers(bench.folder) as savers:
        for where, saver in savers.items():
            found[where] = {}
            for name, kind in KINDS.items():
                graphs = {
                    "empty": kind.empty(saver),
                    "no records": build_graph(LazyServices(lambda: dry), checkpointer=saver),
                    "full": build_graph(LazyServices(lambda: services), checkpointer=saver),
                }
                row = await _compare(graphs, kind, bench.of(TURNS, QUICK))
                found[where][name] = row
                bench.out.print(f"  {where}, {name}: {row}", highlight=False)
    return found


@asynccontextmanager
async def _savers(folder: Path) -> AsyncIterator[dict[str, Any]]:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver  # noqa: PLC0415 - an extra

    async with AsyncSqliteSaver.from_conn_string(str(folder / "checkpoints.db")) as on_disk:
        yield {"in memory": InMemorySaver(), "SQLite": on_disk}


async def _compare(graphs: dict[str, Graph], kind: Kind, turns: int) -> Found:
    """Let the graphs take turns, so that a busy moment of the machine meets all of them."""
    wall: dict[str, list[float]] = {name: [] for name in graphs}
    cpu: dict[str, list[float]] = {name: [] for name in graphs}
    for turn in range(WARM + turns):
        for name, graph in graphs.items():
            took, spent = await _one(graph, kind)
            if turn >= WARM:
                wall[name].append(took)
                cpu[name].append(spent)
    found: Found = {"empty_p50_ms": round(statistics.median(wall["empty"]), 2)}
    for name in graphs.keys() - {"empty"}:
        key = name.replace(" ", "_")
        found[f"{key}_p50_ms"] = round(statistics.median(wall[name]), 2)
        found[f"{key}_ratio"] = _ratio(wall, name)
        found[f"{key}_cpu_ratio"] = _ratio(cpu, name)
    return found


def _ratio(taken: dict[str, list[float]], name: str) -> float:
    return round(statistics.median(taken[name]) / statistics.median(taken["empty"]), 2)


async def _one(graph: Graph, kind: Kind) -> tuple[float, float]:
    """Return the milliseconds, and those of the processor, of a first turn on a fresh thread."""
    number = next(_numbers)
    who = f"{NAMES[number % 12]} {NAMES[number // 12 % 12]} {NAMES[number // 144 % 12]}"
    given = {"messages": [HumanMessage(content=kind.text.format(who=who))]}
    config: RunnableConfig = {"configurable": {"thread_id": f"bench-{number}"}}
    began, spent = time.perf_counter(), time.process_time()
    await graph.ainvoke(given, config, context=kind.context)
    took = (time.perf_counter() - began) * 1000
    return took, (time.process_time() - spent) * 1000


def budgets(found: Found) -> list[Budget]:
    """Hold in memory the processor time without records, on SQLite the whole time with them."""
    in_memory = [
        Budget(
            f"{name}, no records, in memory, processor time",
            row["no_records_cpu_ratio"],
            KINDS[name].most[0],
        )
        for name, row in found["in memory"].items()
    ]
    on_disk = [
        Budget(f"{name}, full turn, SQLite", row["full_ratio"], KINDS[name].most[1])
        for name, row in found["SQLite"].items()
    ]
    return in_memory + on_disk
