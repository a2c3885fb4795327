"""take_back: a customer who waits for a person goes on with the assistant instead."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.clock import now_iso
from handrail.graph.context import Context, asking
from handrail.graph.conversation import MARK, transcript_of
from handrail.graph.hold import hold
from handrail.graph.recording import record
from handrail.graph.services import LazyServices
from handrail.graph.standing import may_be_taken_back, mirror, standing_now, unheard
from handrail.graph.state import State
from handrail.store.handoffs.protocol import Step


async def take_back(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Close the handoff and greet, unless somebody has claimed it meanwhile: then hold.

    Runs again without harm: the step has the message's id, and so have the words.
    """
    house = await services.get()
    text = house.wording.say("taken_back", state.get("language", "en"))
    noted = {"author": "ai", "kind": "taken_back", "at": now_iso()}
    asked = state["messages"][-1].id
    said = AIMessage(id=f"back-{asked}", content=text, additional_kwargs={MARK: noted})
    if state.get("owner") == "ai":  # a run that was cut short has done the rest
        return {"messages": [said], "heard": len(state["messages"]) + 1}

    standing = await standing_now(house, state, config)
    if standing is None or not may_be_taken_back(state):
        return await hold(state, runtime, config, services=services)
    await house.handoffs.append(standing["id"], transcript_of(unheard(state), at=now_iso()))
    actor = asking(runtime, config).customer_id or "customer"
    step = Step(event_id=f"take_back:{asked}", act="take_back", actor=actor, at=now_iso())
    outcome = await house.handoffs.act(standing["id"], step)
    if outcome.problem:
        return await hold(state, runtime, config, services=services)
    update = mirror(state, outcome.standing)
    payload = {"handoff": standing["id"]}
    await record(house, state, config, action="take_back", actor=actor, payload=payload)
    runtime.stream_writer({"type": "owner", "owner": "ai"})
    messages = [*update.get("messages", []), said]
    known = {message.id for message in [*state["messages"], *messages]}
    return {**update, "messages": messages, "heard": len(known)}
