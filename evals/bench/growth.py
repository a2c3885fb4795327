"""A conversation of many turns: what turn 500 takes, beside turn 5 of others, and what is kept.

The long conversation and short ones take turns, and ask the same: turn 500, then turn 5 of a fresh
conversation with the same question, fifteen times. So a busy moment of the machine meets both, and
each pair is a ratio of its own, of which the median is told.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver

from handrail.evals.bench.empty import Graph
from handrail.evals.bench.part import Bench, Budget, Curve, Found
from handrail.evals.bench.turns import open_own
from handrail.evals.replay import without_effects
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.services import LazyServices, Services
from handrail.graph.state import InputState

TURNS, QUICK = 1000, 60
HELD = 500  # the turn that may take AT_MOST times turn 5; further ones are told
EARLY, WARM = 5, 22
AROUND = 15  # turns, this one the last, whose median is its time; half of those there are at first
TOLD = (10, 50, 100, 200, 300, 400, 500, 1000)
AT_MOST = 1.5
LONG = "long"
ASKED = (
    "How long do refunds usually take to arrive?",
    "Which payment methods are there?",
    "How much does delivery cost?",
    "how do i earn those loyalty credits",
    "Is Italy one of the places where the normal shipping rates count?",
    "where do i type in the voucher number my aunt gave me",
    "can i put 3 vouchers together on one purchase and top up with visa",
    "threw away the carton it came in, can i send it back in a different one",
    "how many days for a parcel to oslo",
    "when does a voucher run out",
    "I ordered a blue sleeping bag and you sent me a green tent?!",
)


class Cost(NamedTuple):
    """The milliseconds of a turn by the clock, and those of the processor."""

    wall: float
    cpu: float


async def measure(bench: Bench) -> Found:
    """Return the time of a turn, in all and of the processor, and the bytes kept so far.

    One conversation that is never handed over, in memory, where what PostgreSQL would keep is
    counted (each channel anew where it changed), and on SQLite, where the file is.
    """
    services = without_effects(await asyncio.to_thread(open_own, bench.folder))
    found: Found = {}
    for where, opened in (("in memory", _in_memory), ("SQLite", _on_disk)):
        async with opened(bench.folder) as saver:
            found[where] = await _grow(bench, services, saver)
        for turn, row in found[where].items():
            bench.out.print(f"  {where}, turn {turn}: {row}", highlight=False)
    return found


@asynccontextmanager
async def _in_memory(_: Path) -> AsyncIterator[Any]:
    yield InMemorySaver()


@asynccontextmanager
async def _on_disk(folder: Path) -> AsyncIterator[Any]:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver  # noqa: PLC0415 - an extra

    async with AsyncSqliteSaver.from_conn_string(str(folder / "long.db")) as saver:
        yield saver


async def _grow(bench: Bench, services: Services, saver: Any) -> Found:
    """Return the figures of each turn that is told, by its number."""
    graph = build_graph(LazyServices(lambda: services), checkpointer=saver)
    for turn in range(WARM):  # so that no turn that is timed is the first to embed its question
        await _turn(graph, "warm", turn)
    found: Found = {}
    taken: list[tuple[Cost, Cost]] = []
    before = 0
    turns = bench.of(TURNS, QUICK)
    for turn in range(turns):
        told = next((number for number in TOLD if turn < number <= turns), 0)
        late = await _turn(graph, LONG, turn)
        if told - min(AROUND, told // 2) <= turn < told:
            taken.append((late, await _fifth(graph, f"short-{turn}", turn)))
        if turn + 2 == told:
            before = await _bytes(saver)
        if turn + 1 == told:
            found[str(told)] = _row(taken, await _bytes(saver), before)
            taken = []
    return found


async def _fifth(graph: Graph, thread: str, question: int) -> Cost:
    """Return what turn 5 of a fresh conversation takes, which asks the question of this number."""
    for turn in range(question - EARLY + 1, question):
        await _turn(graph, thread, turn)
    return await _turn(graph, thread, question)


async def _turn(graph: Graph, thread: str, number: int) -> Cost:
    config: RunnableConfig = {"configurable": {"thread_id": thread}}
    given: InputState = {"messages": [HumanMessage(content=ASKED[number % len(ASKED)])]}
    began, spent = time.perf_counter(), time.process_time()
    state = await graph.ainvoke(given, config, context=Context())
    took = Cost((time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000)
    if state.get("owner") != "ai":
        raise RuntimeError(f"turn {number + 1} was handed over: {state.get('reasons')}")
    return took


def _row(taken: list[tuple[Cost, Cost]], kept: int, before: int) -> Found:
    median = statistics.median
    return {
        "turn_p50_ms": round(median(late.wall for late, _ in taken), 2),
        "to_turn_5": round(median(late.wall / fifth.wall for late, fifth in taken), 2),
        "turn_cpu_p50_ms": round(median(late.cpu for late, _ in taken), 2),
        "cpu_to_turn_5": round(median(late.cpu / fifth.cpu for late, fifth in taken), 2),
        "kilobytes": round(kept / 1000),
        "kilobytes_of_turn": round((kept - before) / 1000, 1),
    }


async def _bytes(saver: Any) -> int:
    """Return what is kept of the long conversation."""
    if isinstance(saver, InMemorySaver):
        return sum(len(blob[1]) for key, blob in saver.blobs.items() if key[0] == LONG)
    sql = "select sum(length(checkpoint) + length(metadata)) from checkpoints where thread_id = ?"
    async with saver.conn.execute(sql, (LONG,)) as rows:
        return int((await rows.fetchone())[0] or 0)


def budgets(found: Found) -> list[Budget]:
    """Hold turn 500 to the fifth; the last one, where there are not so many."""
    held = max((turn for turn in found["in memory"] if int(turn) <= HELD), key=int)
    return [
        Budget(f"turn {held} to turn 5, {where}", rows[held]["to_turn_5"], AT_MOST)
        for where, rows in found.items()
    ]


def curves(found: Found) -> list[Curve]:
    """Draw the time of a turn and what is kept, by turns."""

    def lines(*keys: tuple[str, str]) -> dict[str, list[tuple[float, float]]]:
        return {
            f"{where}{name}": [(float(turn), row[key]) for turn, row in rows.items()]
            for where, rows in found.items()
            for name, key in keys
        }

    return [
        Curve(
            "A turn of a long conversation", "turn", "ms, p50",
            lines((", in all", "turn_p50_ms"), (", processor", "turn_cpu_p50_ms")),
        ),
        Curve("A long conversation, kept in all", "turn", "kB", lines(("", "kilobytes"))),
    ]  # fmt: skip
