"""Can a stopwatch tell known accounts from unknown ones? A two-sample test over 400 requests.

By chance one test in a hundred sees a difference where there is none. So where one does, as many
requests are made again, in another order: what is there is seen again.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from rich.console import Console
from scipy.stats import ks_2samp, mannwhitneyu

from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.services import LazyServices, Services

REQUESTS = 400
WARM = 20
ALPHA = 0.01
SAMPLES = 2  # the most for one kind of request
# Each known address, and one like it that nobody has: as long, and as much like a name.
ADDRESSES = {
    "ana@example.com": "ina@example.com",
    "tom@example.com": "tim@example.com",
    "olu@example.org": "ola@example.org",
    "rita@example.com": "rina@example.com",
}
KINDS = {
    "password reset": "I forgot my password, my address is {email}",
    "one-time code": "{email}",
}


async def time_resets(services: Services) -> dict[str, Any]:
    """Return for each kind of request the p-values of two tests, and whether the words differ.

    Whole turns through the graph with its stores on disk, a known and an unknown address of the
    same length in turns, either one first, each on a thread of its own. Raises StoreDown.
    """
    graph = build_graph(LazyServices(lambda: services), checkpointer=InMemorySaver())
    found: dict[str, Any] = {}
    for kind in KINDS:
        for sample in range(SAMPLES):
            found[kind] = {**await _sample(graph, services, kind, sample), "samples": sample + 1}
            if _alike(found[kind]):
                break
    return found


async def _sample(graph: Any, services: Services, kind: str, sample: int) -> dict[str, Any]:
    """Return what one sample of a kind of request shows."""
    shuffle = np.random.default_rng(5 + sample)  # that can be repeated
    seconds: dict[bool, list[float]] = {True: [], False: []}
    words: set[str] = set()
    # In pairs, so that a machine that grows slower or faster meanwhile meets both alike.
    turns = [bool(n) for _ in range(REQUESTS // 2) for n in shuffle.permutation(2)]
    for number, is_known in enumerate([True, False] * (WARM // 2) + turns):
        known, unknown = list(ADDRESSES.items())[number % len(ADDRESSES)]
        thread = f"{kind}-{sample}-{number}"
        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        if kind == "one-time code":
            await _say(graph, config, "Where is my order FH-10421?")
        began = time.perf_counter()
        said = await _say(graph, config, KINDS[kind].format(email=known if is_known else unknown))
        took = time.perf_counter() - began
        words.add(said)
        await services.run_errands()  # as a server does meanwhile
        if number >= WARM:
            seconds[is_known].append(took)
    return {
        "requests": REQUESTS,
        "words": len(words),
        "median_ms": {
            "known": round(1000 * sorted(seconds[True])[len(seconds[True]) // 2], 2),
            "unknown": round(1000 * sorted(seconds[False])[len(seconds[False]) // 2], 2),
        },
        "p_mann_whitney": round(float(mannwhitneyu(*seconds.values()).pvalue), 4),
        "p_kolmogorov_smirnov": round(float(ks_2samp(*seconds.values()).pvalue), 4),
    }


def _alike(row: dict[str, Any]) -> bool:
    least = min(row["p_mann_whitney"], row["p_kolmogorov_smirnov"])
    return bool(least > ALPHA and row["words"] == 1)


def show_timing(out: Console, found: dict[str, Any]) -> bool:
    """Print what was found; tell whether nothing gives accounts away."""
    told_apart = False
    for kind, row in found.items():
        alike = _alike(row)
        told_apart |= not alike
        medians = row["median_ms"]
        out.print(
            f"{kind}: known {medians['known']} ms, unknown {medians['unknown']} ms (medians of "
            f"{row['requests']} requests, sample {row['samples']}), "
            f"Mann-Whitney p = {row['p_mann_whitney']}, "
            f"Kolmogorov-Smirnov p = {row['p_kolmogorov_smirnov']}, {row['words']} wording: "
            + ("cannot be told apart" if alike else "CAN BE TOLD APART"),
            highlight=False,
        )
    return not told_apart


async def _say(graph: Any, config: RunnableConfig, text: str) -> str:
    given = {"messages": [HumanMessage(content=text)]}
    state = await graph.ainvoke(given, config, context=Context())
    return str(state["messages"][-1].content)
