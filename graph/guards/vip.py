"""vip: the customer record and the policy say so; what a message claims counts for nothing."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.context import Context, asking
from handrail.graph.proving import proven
from handrail.graph.services import LazyServices
from handrail.graph.state import Signal, State


async def vip(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Fire for a customer whose record is marked VIP, or who falls under the policy's rule."""
    house = await services.get()
    context = proven(asking(runtime, config), state)
    customer = await house.customers.get(context.customer_id) if context.customer_id else None
    fired = customer is not None and house.policy.vip.covers(customer)
    rule = "customer_record" if customer is None or customer.vip or not fired else "policy"
    signal = Signal(fired=fired, score=1.0 if fired else 0.0, words=[], rule=rule)
    return {"signals": {"vip": signal}}
