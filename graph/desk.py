"""desk: what a person does with a conversation: claim, reply, hand back, resolve."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.clock import now_iso
from handrail.graph.context import Context
from handrail.graph.conversation import MARK, transcript_of
from handrail.graph.recording import record, thread_of
from handrail.graph.services import LazyServices
from handrail.graph.state import Event, State
from handrail.store.handoffs.protocol import Status

RATINGS = range(1, 6)


async def desk(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Carry out one event. One that is not allowed changes nothing and is recorded as refused."""
    house = await services.get()
    event = state.get("event")
    actor = (runtime.context or Context()).actor or "unknown"
    if event is None:
        raise LookupError("desk was reached without an event; the route after intake forbids it")
    problem = state.get("refused") or refusal(state, event, actor)
    if problem:
        payload = {"event": event["type"], "problem": problem}
        await record(house, state, config, action="refused", actor=actor, payload=payload)
        runtime.stream_writer({"type": "refused", "event": event["type"], "problem": problem})
        return {"event": None, "refused": problem}
    update = carry_out(state, event, actor)
    handoff = state.get("handoff")
    if handoff and event["type"] in STATUS_AFTER:
        await house.handoffs.mark(handoff["id"], STATUS_AFTER[event["type"]], actor)
    key = f"{thread_of(config)}:{state.get('episode', 1)}"
    if event["type"] == "resolve":
        await house.csat.resolved(key, update["resolution"]["path"])
    elif event["type"] == "rating":
        await house.csat.rate(key, event["rating"])
    if handoff and "messages" in update:
        for entry in transcript_of(update["messages"]):
            await house.handoffs.append(handoff["id"], entry)
    await record(house, state, config, action=event["type"], actor=actor, payload=dict(event))
    if "owner" in update:
        runtime.stream_writer({"type": "owner", "owner": update["owner"], "by": actor})
    return {**update, "event": None}


STATUS_AFTER: dict[str, Status] = {
    "claim": "claimed",
    "hand_back": "handed_back",
    "resolve": "resolved",
}


def refusal(state: State, event: Event, actor: str) -> str | None:
    """Return why an event may not be carried out now; None where it may. Pure."""
    claimed_by = state.get("claimed_by")
    kind = event["type"]
    if kind == "claim":
        return f"claimed_by:{claimed_by}" if claimed_by and claimed_by != actor else None
    if kind in {"reply", "hand_back"} and claimed_by != actor:
        return "claim_first"
    if kind == "reply" and not event.get("text", "").strip():
        return "empty_reply"
    if kind == "resolve" and claimed_by not in {None, actor}:
        return f"claimed_by:{claimed_by}"
    if kind == "rating" and (state.get("owner") != "closed" or event.get("rating") not in RATINGS):
        return "not_ratable"
    return None


def carry_out(state: State, event: Event, actor: str) -> dict[str, Any]:
    """Return what an allowed event changes. Pure but for the time it notes."""
    kind = event["type"]
    heard = len(state.get("messages", []))
    if kind == "claim":
        return {"owner": "human", "claimed_by": actor}
    if kind == "rating":
        return {"resolution": {**(state.get("resolution") or {}), "rating": event.get("rating")}}
    noted: dict[str, Any] = {"author": "human", "by": actor, "at": now_iso()}
    if kind == "reply":
        said = AIMessage(
            id=str(uuid4()),
            content=event.get("text", ""),
            name=actor,
            additional_kwargs={MARK: noted},
        )
        return {"messages": [said], "heard": heard + 1}
    # The end marker: what was said before it no longer counts for guards, plan and prompt.
    end = AIMessage(id=str(uuid4()), content="", additional_kwargs={MARK: {**noted, "ends": kind}})
    ended = {"messages": [end], "heard": heard + 1, "claimed_by": None, "questions": 0}
    if kind == "hand_back":
        return {**ended, "owner": "ai", "handoff": None, "episode": state.get("episode", 1) + 1}
    path = path_of(state)
    return {
        **ended,
        "owner": "closed",
        "resolution": {"path": path, "at": noted["at"], "by": actor},
    }


def path_of(state: State) -> str:
    """Return the resolution path as it stands: who did the resolving. Pure."""
    if not state.get("handoff"):
        return "ai"
    by_ai = any(
        (m.additional_kwargs.get(MARK) or {}).get("author") == "ai"
        and (m.additional_kwargs.get(MARK) or {}).get("kind") != "handoff"
        and (m.additional_kwargs.get(MARK) or {}).get("episode") == state.get("episode", 1)
        for m in state.get("messages", [])
    )
    return "ai_then_human" if by_ai else "human"
