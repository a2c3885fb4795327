"""injection: the message instructs the machine, or claims a status to be treated by."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.context import Context
from handrail.graph.guards.judging import judge
from handrail.graph.services import LazyServices
from handrail.graph.state import Signal, State
from handrail.models.encoded import reveal
from handrail.models.slots import CODE


async def injection(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Fire on instructions to the machine, role play and claimed status; never on mere length.

    What was encoded (base64, hexadecimal and the like) is read as well.
    """
    house = await services.get()
    threshold = house.policy.thresholds.injection
    # Our own word in place of a one-time code is read as digits, not as something to carry out.
    plain, hidden = reveal(state.get("said", "").replace(CODE, "000000"))
    signal = await judge("injection", plain, house, threshold)
    for text in hidden:
        inside = await judge("injection", text, house, threshold)
        if inside["fired"] and not signal["fired"]:
            signal = Signal(fired=True, score=inside["score"], words=[text[:80]], rule="encoded")
    return {"signals": {"injection": signal}}
