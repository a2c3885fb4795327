"""human_request: the customer asks for a person."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.context import Context
from handrail.graph.guards.judging import judge
from handrail.graph.services import LazyServices
from handrail.graph.state import State


async def human_request(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Fire on a request for a person, short or indirect; not on "are you human?"."""
    house = await services.get()
    said = state.get("said", "")
    return {
        "signals": {
            "human_request": await judge(
                "human_request", said, house, house.policy.thresholds.human_request
            )
        }
    }
