"""Measure one decision at a time, as a customer causes it: nothing embedded ahead."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from langchain_core.messages import HumanMessage

from handrail.evals.replay import without_effects
from handrail.evals.walk import Walk
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.guards import GUARDS
from handrail.graph.services import LazyServices, Services
from handrail.graph.state import State
from handrail.models.encoder import Encoder, Matrix

WARM = 10


class Stopwatch:
    """An encoder that adds up the milliseconds it takes."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.spent = 0.0

    @property
    def fingerprint(self) -> str:
        """Name the encoder that is timed."""
        return self._encoder.fingerprint

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row of 512 float32 for each text, in order."""
        began = time.perf_counter()
        found = self._encoder.embed(texts)
        self.spent += (time.perf_counter() - began) * 1000
        return found

    def remembers(self, texts: Sequence[str]) -> bool:
        """Tell whether every vector is in memory."""
        return self._encoder.remembers(texts)


async def measure_time(texts: Sequence[str], services: Services) -> dict[str, Any]:
    """Return the median and 95th percentile of a decision, and the mean of each part, in ms.

    The parts are the nodes, the six guards as one; `encoder_ms` is the encoder's share of them.
    Give texts that nobody asked for in this process. The engine around the nodes is not in it:
    `make bench` has the ratio.
    """
    encoder = Stopwatch(services.encoder)
    timed = replace(without_effects(services), encoder=encoder)
    walk = Walk(build_graph(LazyServices(lambda: timed), input_schema=State))
    taken: list[float] = []
    for number, text in enumerate(texts):
        if number == WARM:
            walk.spent.clear()
            encoder.spent = 0.0
        given: State = {"messages": [HumanMessage(content=text)]}
        began = time.perf_counter()
        await walk.run(given, Context(), {"configurable": {"thread_id": f"timed-{number}"}})
        taken.append((time.perf_counter() - began) * 1000)
    counted = taken[WARM:]
    parts = {"guards": sum(walk.spent.pop(name, 0.0) for name in GUARDS), **walk.spent}
    return {
        "n": len(counted),
        "median_ms": round(float(np.median(counted)), 2),
        "p95_ms": round(float(np.percentile(counted, 95)), 2),
        "encoder_ms": round(encoder.spent / len(counted), 2),
        "parts_ms": {name: round(ms / len(counted), 2) for name, ms in parts.items()},
    }
