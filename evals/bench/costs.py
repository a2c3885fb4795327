"""What was measured all along: telemetry, writers, account timing; and decisions a second."""

from __future__ import annotations

import asyncio
import time

from handrail.evals.bench.growth import ASKED
from handrail.evals.bench.part import Bench, Budget, Found
from handrail.evals.bench.turns import NAMES, open_own
from handrail.evals.replay import replay, without_effects
from handrail.evals.reset_timing import show_timing, time_resets
from handrail.evals.rows import Row
from handrail.evals.telemetry_cost import show_telemetry, time_telemetry
from handrail.evals.writer_cost import show_writers, time_writers

WARM = 20


async def telemetry(bench: Bench) -> Found:
    """Return what spans cost a turn."""
    services = await asyncio.to_thread(open_own, bench.folder)
    found = await time_telemetry(without_effects(services), bench.of(200, 20), WARM)
    show_telemetry(bench.out, found)
    return found


async def writers(bench: Bench) -> Found:
    """Return what the agent loop costs beside our own."""
    services = await asyncio.to_thread(open_own, bench.folder)
    found = await time_writers(services, bench.of(200, 20), WARM)
    show_writers(bench.out, found)
    return found


async def accounts(bench: Bench) -> Found:
    """Return whether a stopwatch can tell known accounts from unknown ones."""
    services = await asyncio.to_thread(open_own, bench.folder)
    found = await time_resets(services)
    return {"requests": found, "alike": show_timing(bench.out, found)}


def account_budgets(found: Found) -> list[Budget]:
    """Hold the kinds of request that give accounts away to none."""
    return [Budget("requests that give accounts away", float(not found["alike"]), 0.0, "")]


async def decisions(bench: Bench) -> Found:
    """Return how many messages a second `handrail replay` decides, none seen before."""
    services = without_effects(await asyncio.to_thread(open_own, bench.folder))
    count = bench.of(600, 60)
    rows = [
        Row(id=str(n), text=f"{NAMES[n // 12 % 12]} {NAMES[n % 12]} asks: {ASKED[n % len(ASKED)]}")
        for n in range(count)
    ]
    began = time.perf_counter()
    decided = [one async for one in replay(rows, services)]
    took = time.perf_counter() - began
    return {"messages": len(decided), "a_second": round(len(decided) / took, 1)}
