"""hold: a person owns the conversation. Keep the message, tell the desk, say nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.clock import now
from handrail.graph.context import Context
from handrail.graph.conversation import transcript_of
from handrail.graph.recording import record
from handrail.graph.services import LazyServices
from handrail.graph.state import State


async def hold(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Add the message to the packet's transcript.

    The holding note goes out as an event and as the fact `notice`, never as an AI message, and at
    most once in the minutes that the policy sets.
    """
    house = await services.get()
    handoff = state.get("handoff")
    moment = now()
    if handoff:
        new = state["messages"][state.get("heard", 0) :]
        entries = transcript_of(new, at=moment.isoformat(timespec="seconds"))
        await house.handoffs.append(handoff["id"], entries)
    runtime.stream_writer({"type": "owner", "owner": "human", "by": state.get("claimed_by")})
    payload = {"route": "hold", "channel": (runtime.context or Context()).channel}
    await record(house, state, config, action="hold", payload=payload)
    heard = {"heard": len(state["messages"])}
    if not is_note_due(state.get("noted_at"), moment, house.policy.limits.holding_note_minutes):
        return heard
    note = house.wording.say("holding", state.get("language", "en"))
    runtime.stream_writer({"type": "status", "status": "with_a_person", "text": note})
    return {**heard, "notice": note, "noted_at": moment.isoformat(timespec="seconds")}


def is_note_due(noted_at: str | None, moment: datetime, minutes: float) -> bool:
    """Tell whether the last holding note is long enough ago. Pure."""
    if noted_at is None:
        return True
    return moment - datetime.fromisoformat(noted_at) >= timedelta(minutes=minutes)
