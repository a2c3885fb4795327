"""Conversations per second on Aegra and the time to the first word, beside an empty graph's.

Both graphs have the same shape and are on the same server. Client and server share this machine,
so that figures per second are lower bounds. The ratio is what counts: both graphs are asked by the
same client, in turns.
"""

from __future__ import annotations

import asyncio
import secrets
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from handrail.app.bench.conversation import Timed, hold
from handrail.app.bench.machine import (
    database_bytes,
    processor_seconds,
    resident_megabytes,
)
from handrail.app.chaos.tokens import lasting_tokens
from handrail.app.prod.engine import ROOT
from handrail.app.prod.errors import CannotStart
from handrail.app.prod.options import Options
from handrail.app.prod.postgres import drop_databases
from handrail.app.prod.stack import Stack, production
from handrail.evals.bench.part import Bench, Budget, Found

TEXT = "How long do refunds usually take to arrive, case {n}?"
AT_ONCE = (1, 8, 32)
WORKERS = (1, 2)
ROUNDS = 3
CONVERSATIONS = {1: 20, 8: 80, 32: 160}  # in each round, for each graph
OURS, EMPTY = "support", "empty"
RATIO, LEAST = "throughput, x empty graph", 0.6
HELD = frozenset({"8 at once", "32 at once"})
UNLIMITED = {
    **{f"HANDRAIL_{what}_LIMIT": "1000000/minute" for what in ("CUSTOMER", "ADDRESS", "OVERALL")},
    "HANDRAIL_TURNS_AT_ONCE": "0",
}


async def measure(bench: Bench) -> Found:
    """Start production with one worker and with two, and measure each.

    Returns, by workers and by customers at once: conversations per second of both graphs, their
    ratio, milliseconds to the first word and to the end (p50, p95, p99), and megabytes per worker;
    and why not, where Aegra, PostgreSQL or Redis is missing.
    """
    found: Found = {}
    for workers in WORKERS:
        try:
            with _started(bench.folder / str(workers), workers) as stack:
                found[f"{workers} workers"] = await _measure(stack, quick=bench.quick)
        except CannotStart as problem:
            bench.out.print(str(problem), style="red", markup=False)
            return {"not measured": str(problem)}
        bench.out.print(f"  {workers} workers: {found[f'{workers} workers']}", highlight=False)
    return found


def budgets(found: Found) -> list[Budget]:
    """Hold the throughput where customers come together."""
    return [
        Budget(f"server, {workers}, {at_once}: throughput", row[RATIO], LEAST, floor=True)
        for workers, rows in found.items()
        if isinstance(rows, dict)
        for at_once, row in rows.items()
        if at_once in HELD
    ]


@contextmanager
def _started(folder: Path, workers: int) -> Iterator[Stack]:
    name = f"handrail_bench_{secrets.token_hex(4)}"
    options = Options(port=0, databases=name)
    graphs = {EMPTY: f"{ROOT / 'app' / 'bench' / 'empty.py'}:graph"}
    try:
        with production(
            folder, workers, options=options, graphs=graphs, environment=UNLIMITED
        ) as stack:
            yield stack
    finally:
        drop_databases(options.postgres, name)


async def _measure(stack: Stack, *, quick: bool) -> Found:
    found: Found = {}
    limits = httpx.Limits(max_connections=max(AT_ONCE) * 2)
    async with httpx.AsyncClient(base_url=stack.url, timeout=120, limits=limits) as http:
        headers = {"Authorization": f"Bearer {_token(stack)}"}
        for graph in (EMPTY, OURS):  # what is read or opened once
            await _together(http, graph, headers, 20, 4, first=0)
        for at_once in AT_ONCE:
            found[f"{at_once} at once"] = await _rounds(http, headers, at_once, quick=quick)
        found["one conversation"] = await _one_costs(stack, http, headers, 50 if quick else 200)
    found["megabytes per worker"] = [resident_megabytes(each) for each in stack.worker_ids()]
    return found


async def _rounds(
    http: httpx.AsyncClient, headers: Mapping[str, str], at_once: int, *, quick: bool
) -> dict[str, Any]:
    """Let both graphs take turns, so that a busy moment of the machine meets both."""
    count = CONVERSATIONS[at_once] // (4 if quick else 1)
    timed: dict[str, list[Timed]] = {EMPTY: [], OURS: []}
    seconds = dict.fromkeys(timed, 0.0)
    for round_ in range(ROUNDS):
        for graph in (EMPTY, OURS) if round_ % 2 == 0 else (OURS, EMPTY):
            began = time.perf_counter()
            timed[graph] += await _together(
                http,
                graph,
                headers,
                count,
                at_once,
                first=10_000 * (round_ + 1) + at_once * 1000,
            )
            seconds[graph] += time.perf_counter() - began
    per_second = {graph: len(timed[graph]) / seconds[graph] for graph in timed}
    words = [each.word for each in timed[OURS] if each.word is not None]
    return {
        "conversations": len(timed[OURS]),
        "problems": sorted({each.problem for both in timed.values() for each in both} - {None}),
        "per second": round(per_second[OURS], 1),
        "per second, empty graph": round(per_second[EMPTY], 1),
        RATIO: round(per_second[OURS] / per_second[EMPTY], 2),
        "first word, ms": percentiles(words),
        "whole, ms": percentiles([each.whole for each in timed[OURS]]),
        "whole, empty graph, ms": percentiles([each.whole for each in timed[EMPTY]]),
    }


async def _one_costs(
    stack: Stack, http: httpx.AsyncClient, headers: Mapping[str, str], count: int
) -> dict[str, float]:
    """Return what one automated turn takes of the workers' processors, and leaves on disk."""
    places = (stack.databases.engine, stack.databases.ours)
    workers = stack.worker_ids()
    before = await asyncio.to_thread(lambda: [database_bytes(place) for place in places])
    spent = sum(map(processor_seconds, workers))
    await _together(http, OURS, headers, count, 8, first=9_000_000)
    spent = sum(map(processor_seconds, workers)) - spent
    after = await asyncio.to_thread(lambda: [database_bytes(place) for place in places])
    engine, ours = (round((new - old) / count) for old, new in zip(before, after, strict=True))
    return {
        "processor ms of the workers": round(spent / count * 1000, 1),
        "bytes in the engine's database": engine,
        "bytes in ours": ours,
    }


async def _together(
    http: httpx.AsyncClient, graph: str, headers: Mapping[str, str], count: int, at_once: int,
    *, first: int,
) -> list[Timed]:  # fmt: skip
    """Hold `count` conversations, `at_once` of them at any moment."""
    numbers = iter(range(first, first + count))

    async def customer() -> list[Timed]:
        return [await hold(http, graph, TEXT.format(n=number), headers) for number in numbers]

    found = await asyncio.gather(*(customer() for _ in range(at_once)))
    return [timed for of_one in found for timed in of_one]


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and p99 in milliseconds; nothing of fewer than two."""
    if len(seconds) <= 1:
        return {}
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {f"p{each}": round(cuts[each - 1] * 1000, 1) for each in (50, 95, 99)}


def _token(stack: Stack) -> str:
    return lasting_tokens(stack.jwt_secret).sign(
        sub="cus_ana", role="customer", customer_id="cus_ana", verified=True
    )
