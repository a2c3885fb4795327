"""reply: the only node that sends an AI answer to the customer."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.clock import now_iso
from handrail.graph.context import Context
from handrail.graph.conversation import MARK
from handrail.graph.recording import record
from handrail.graph.services import LazyServices
from handrail.graph.state import State


async def reply(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Publish the draft as it passed the gate, and forget it as a draft."""
    house = await services.get()
    draft = state.get("draft")
    if draft is None:
        raise LookupError("reply was reached without a draft; the route after assess forbids it")
    noted = {
        "author": "ai",
        "at": now_iso(),
        "episode": state.get("episode", 1),
        "topic": draft["topic"],
        "asked": draft["asked"],
        "offered": draft["offered"],
        "citations": draft["citations"],
        "confidence": state.get("confidence"),
    }
    context = runtime.context or Context()
    payload = {
        "route": "automate",
        "topic": draft["topic"],
        "channel": context.channel,
        "asked": draft["asked"],
        "cited": [citation["id"] for citation in draft["citations"]],
    }
    await record(house, state, config, action="reply", payload=payload)
    return {
        "messages": [AIMessage(content=draft["text"], additional_kwargs={MARK: noted})],
        "heard": len(state["messages"]) + 1,
        "questions": state.get("questions", 0) + 1 if draft["asked"] else 0,
        "citations": draft["citations"],
        "draft": None,
    }
