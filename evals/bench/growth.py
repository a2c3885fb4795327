"""A conversation of many turns: what turn 5 and turn 500 take, and what its checkpoints take."""

from __future__ import annotations

import asyncio
import statistics
import time

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver

from handrail.evals.bench.part import Bench, Budget, Curve, Found
from handrail.evals.bench.turns import open_own
from handrail.evals.replay import without_effects
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.services import LazyServices
from handrail.graph.state import InputState

TURNS, QUICK = 500, 60
AROUND = 3  # turns before and after one that is told, whose median is its time
TOLD = (5, 10, 50, 100, 200, 300, 400, 500)
AT_MOST = 1.5
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


async def measure(bench: Bench) -> Found:
    """Return the time of a turn, in all and of the processor, and the bytes kept so far.

    One conversation that is never handed over, on the in-memory checkpointer, which keeps what
    PostgreSQL's keeps: each channel anew where it changed.
    """
    services = without_effects(await asyncio.to_thread(open_own, bench.folder))
    saver = InMemorySaver()
    graph = build_graph(LazyServices(lambda: services), checkpointer=saver)
    config: RunnableConfig = {"configurable": {"thread_id": "long"}}
    turns = bench.of(TURNS, QUICK)
    wall: list[float] = []
    cpu: list[float] = []
    kept: list[int] = []
    for turn in range(turns + AROUND):
        given: InputState = {"messages": [HumanMessage(content=ASKED[turn % len(ASKED)])]}
        began, spent = time.perf_counter(), time.process_time()
        state = await graph.ainvoke(given, config, context=Context())
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - spent) * 1000)
        kept.append(_bytes(saver))
        if state.get("owner") != "ai":
            raise RuntimeError(f"turn {turn + 1} was handed over: {state.get('reasons')}")
        if turn % 100 == 99:  # noqa: PLR2004
            bench.out.print(f"  {turn + 1} turns")
    return {
        str(turn): {
            "turn_p50_ms": _around(wall, turn),
            "turn_cpu_p50_ms": _around(cpu, turn),
            "kilobytes": round(kept[turn - 1] / 1000),
            "kilobytes_of_turn": round((kept[turn - 1] - kept[turn - 2]) / 1000, 1),
        }
        for turn in TOLD
        if turn <= turns
    }


def _around(taken: list[float], turn: int) -> float:
    return round(statistics.median(taken[turn - 1 - AROUND : turn + AROUND]), 2)


def _bytes(saver: InMemorySaver) -> int:
    return sum(len(blob[1]) for blob in saver.blobs.values())


def budgets(found: Found) -> list[Budget]:
    """Hold the last turn to the fifth."""
    last = max(found, key=int)
    ratio = found[last]["turn_p50_ms"] / found["5"]["turn_p50_ms"]
    return [Budget(f"turn {last} to turn 5", round(ratio, 2), AT_MOST)]


def curves(found: Found) -> list[Curve]:
    """Draw the time of a turn and what is kept, by turns."""
    return [
        Curve(
            "A turn of a long conversation", "turn", "ms, p50",
            {
                name: [(float(turn), row[key]) for turn, row in found.items()]
                for name, key in (("in all", "turn_p50_ms"), ("processor", "turn_cpu_p50_ms"))
            },
        ),
        Curve(
            "Channels kept, in all", "turn", "kB",
            {"in memory": [(float(turn), row["kilobytes"]) for turn, row in found.items()]},
        ),
    ]  # fmt: skip
