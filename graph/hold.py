"""hold: a person owns the conversation. Keep the message, tell the desk, say nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.clock import iso, now
from handrail.graph.context import Context, asking
from handrail.graph.conversation import transcript_of
from handrail.graph.guards.judging import judge
from handrail.graph.packet import reason_of
from handrail.graph.recording import record
from handrail.graph.secrets import with_notice
from handrail.graph.services import LazyServices, Services
from handrail.graph.standing import handoff_of, may_be_taken_back, unheard
from handrail.graph.state import Handoff, State
from handrail.store.handoffs.protocol import Step


async def hold(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Add the message to the packet's transcript.

    The holding note goes out as an event and as the fact `notice`, never as an AI message, and at
    most once in the minutes that the policy sets, unless the customer asks for the assistant and
    cannot have it, or wrote a secret.
    """
    house = await services.get()
    handoff = state.get("handoff")
    moment = now()
    update: dict[str, Any] = {"heard": len(state["messages"])}
    if handoff:
        entries = transcript_of(unheard(state), at=iso(moment))
        await house.handoffs.append(handoff["id"], entries)
        if "legal" not in handoff["reasons"]:
            handoff = await _escalated(house, state, handoff, moment)
            update["handoff"] = handoff
    runtime.stream_writer({"type": "owner", "owner": "human", "by": state.get("claimed_by")})
    payload = {"route": "hold", "channel": asking(runtime, config).channel}
    await record(house, state, config, action="hold", payload=payload)
    asked = bool(state.get("wants_back"))
    if not (asked or state.get("secrets")) and not is_note_due(
        state.get("noted_at"), moment, house.policy.limits.holding_note_minutes
    ):
        return update
    language = state.get("language", "en")
    note = house.wording.say("holding", language)
    if asked:
        note = f"{note} {house.wording.say('holding_stays', language)}"
    elif may_be_taken_back(cast("State", {**state, "handoff": handoff})):
        phrase = house.wording.say("back_phrase", language)
        note = f"{note} {house.wording.say('holding_back', language, phrase=phrase)}"
    note = with_notice(state, house.wording, note)
    runtime.stream_writer({"type": "status", "status": "with_a_person", "text": note})
    return {**update, "notice": note, "noted_at": iso(moment)}


async def _escalated(house: Services, state: State, handoff: Handoff, moment: datetime) -> Handoff:
    """Add the reason `legal` where the customer has come to that while waiting.

    It may take the handoff to another queue, and the assistant may not have it back.
    """
    lines = house.policy.thresholds
    signal = await judge(
        "legal", state.get("said", ""), house, lines.legal, doubt=lines.legal_doubt
    )
    if not signal["fired"]:
        return handoff
    queue = house.policy.queue("legal")
    step = Step(
        event_id=f"escalate:{state['messages'][-1].id}",
        act="escalate",
        actor="ai",
        at=iso(moment),
        reasons=(reason_of("legal", {"legal": signal}),),
        priority=queue.priority,
        queue=queue.name,
        due_at=iso(house.policy.due_at(queue, moment)),
    )
    outcome = await house.handoffs.act(handoff["id"], step)
    return handoff_of(outcome.standing)


def is_note_due(noted_at: str | None, moment: datetime, minutes: float) -> bool:
    """Tell whether the last holding note is long enough ago. Pure."""
    if noted_at is None:
        return True
    return moment - datetime.fromisoformat(noted_at) >= timedelta(minutes=minutes)
