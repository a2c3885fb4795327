"""sentiment: anger at us, not sad circumstances and not swearing for joy."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from handrail.graph.context import Context
from handrail.graph.guards.judging import judge
from handrail.graph.services import LazyServices
from handrail.graph.state import State


async def sentiment(
    state: State, runtime: Runtime[Context], *, services: LazyServices
) -> dict[str, Any]:
    """Fire on anger, contempt and bitter disappointment aimed at the company."""
    house = await services.get()
    said = state.get("said", "")
    signal = await judge("sentiment", said, house, house.policy.thresholds.sentiment)
    return {"signals": {"sentiment": signal}}
