"""What a process takes to start, and what it holds in memory: each in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess  # nosec B404
import sys
import textwrap

from handrail.evals.bench.part import Bench, Budget, Found

TIMES = 9
SECONDS, MEGABYTES = 1.5, 400.0
LIBRARIES = "import langgraph.graph, chromadb"
OURS = "import handrail.graph.graph"  # builds the graph that a server serves
TURNS = textwrap.dedent("""
    import asyncio, json, sys
    from pathlib import Path
    from langchain_core.messages import HumanMessage
    from langgraph.checkpoint.memory import InMemorySaver
    from handrail.evals.bench.turns import open_own
    from handrail.graph.context import Context
    from handrail.graph.graph import build_graph
    from handrail.graph.services import LazyServices
    import structlog
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())

    def resident():
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    async def main():
        services = open_own(Path(sys.argv[1]))
        graph = build_graph(LazyServices(lambda: services), checkpointer=InMemorySaver())

        async def talks(first, last):
            for number in range(first, last):
                given = {"messages": [HumanMessage(f"Which payment methods are there, {number}?")]}
                thread = {"configurable": {"thread_id": f"t-{number}"}}
                await graph.ainvoke(given, thread, context=Context())

        await talks(0, 20)
        some = resident()
        count = int(sys.argv[2])
        await talks(20, 20 + count)
        print(json.dumps({"megabytes": some, "more": (resident() - some) * 1000 / count}))

    asyncio.run(main())
""")


async def measure(bench: Bench) -> Found:
    """Return seconds to import and build, beside the libraries alone, and resident megabytes."""
    times = bench.of(TIMES, 2)
    ours, theirs = [], []
    for _ in range(times):  # in turns
        theirs.append(await asyncio.to_thread(_seconds, LIBRARIES))
        ours.append(await asyncio.to_thread(_seconds, OURS))
    held = json.loads(
        await asyncio.to_thread(
            _run, TURNS, str(bench.folder), str(bench.of(1000, 50))
        )
    )  # fmt: skip
    return {
        "start_s": round(min(ours), 2),
        "libraries_start_s": round(min(theirs), 2),
        "start_to_libraries": round(min(ours) / min(theirs), 2),
        "resident_mb": round(held["megabytes"]),
        "mb_for_1000_conversations": round(held["more"]),
    }


def _seconds(code: str) -> float:
    timed = f"import time; b = time.perf_counter(); {code}; print(time.perf_counter() - b)"
    return float(_run(timed))


def _run(code: str, *arguments: str) -> str:
    """Run Python in a process of its own, and return the last line that it prints."""
    ran = subprocess.run(  # noqa: S603 - our own code  # nosec B603
        [sys.executable, "-c", code, *arguments],
        env=dict(os.environ), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ran.stdout.strip().splitlines()[-1]


def budgets(found: Found) -> list[Budget]:
    """Hold the start (the best of several) and the memory of one process after some turns."""
    return [
        Budget("import and build the graph", found["start_s"], SECONDS, "s"),
        Budget("resident memory after some turns", found["resident_mb"], MEGABYTES, "MB"),
    ]
