"""legal: a legal step announced, threatened or demanded. Never AI-only."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.context import Context
from handrail.graph.guards.judging import judge
from handrail.graph.services import LazyServices
from handrail.graph.state import State


async def legal(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Fire on lawyers, courts, regulators and data rights, in plain words or in paraphrase."""
    house = await services.get()
    lines = house.policy.thresholds
    signal = await judge(
        "legal", state.get("said", ""), house, lines.legal, doubt=lines.legal_doubt
    )
    return {"signals": {"legal": signal}}
