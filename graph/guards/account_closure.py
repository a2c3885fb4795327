"""account_closure: the customer wants the account closed, deleted or the data erased."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.context import Context
from handrail.graph.guards.judging import judge
from handrail.graph.services import LazyServices
from handrail.graph.state import State


async def account_closure(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Fire on closing, deleting and erasing; not on cancelling an order or on a blocked account."""
    house = await services.get()
    said = state.get("said", "")
    return {
        "signals": {
            "account_closure": await judge(
                "account_closure", said, house, house.policy.thresholds.account_closure
            )
        }
    }
