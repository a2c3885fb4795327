"""injection: the message instructs the machine, or claims a status to be treated by."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from handrail.graph.context import Context
from handrail.graph.guards.judging import judge
from handrail.graph.services import LazyServices
from handrail.graph.state import State


async def injection(
    state: State, runtime: Runtime[Context], *, services: LazyServices
) -> dict[str, Any]:
    """Fire on instructions to the machine, role play and claimed status; never on mere length."""
    house = await services.get()
    said = state.get("said", "")
    return {
        "signals": {
            "injection": await judge("injection", said, house, house.policy.thresholds.injection)
        }
    }
