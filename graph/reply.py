"""reply: the only node that sends an AI answer to the customer."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.assess import asks
from handrail.graph.clock import now_iso
from handrail.graph.closing import CUSTOMER, answers, close_by_ai, is_confirmed, survey_in
from handrail.graph.context import Context, asking
from handrail.graph.conversation import MARK
from handrail.graph.proving import proven
from handrail.graph.recording import record, row_id, thread_of
from handrail.graph.release import release
from handrail.graph.secrets import with_notice
from handrail.graph.services import LazyServices
from handrail.graph.state import Draft, State
from handrail.models.wording import Wording


async def reply(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Publish the draft as it passed the gate, and forget it as a draft.

    Where the customer thanks for an answer, and does nothing else, the episode is resolved with it.
    Runs again without harm: each store keeps what came first.
    """
    house = await services.get()
    draft = state.get("draft")
    if draft is None:
        raise LookupError("reply was reached without a draft; the route after assess forbids it")
    context = proven(asking(runtime, config), state)
    noted = {
        "author": "ai",
        "at": now_iso(),
        "episode": state.get("episode", 1),
        "topic": draft["topic"],
        "asked": draft["asked"],
        "offered": draft["offered"],
        "citations": draft["citations"],
        "confidence": state.get("confidence"),
        "answers": answers(draft),
    }
    payload = {
        "route": "automate",
        "topic": draft["topic"],
        "channel": context.channel,
        "asked": draft["asked"],
        "cited": [citation["id"] for citation in draft["citations"]],
    }
    await record(house, state, config, action="reply", payload=payload)
    text = with_sources(draft, house.wording, state.get("language", "en"))
    text = with_notice(state, house.wording, text)
    thread, answered = thread_of(config), f"{state.get('episode', 1)}:{state['messages'][-1].id}"
    said = AIMessage(
        id=row_id(thread, "said", answered), content=text, additional_kwargs={MARK: noted}
    )
    update = {
        "messages": [said],
        "heard": len(state["messages"]) + 1,
        "questions": state.get("questions", 0) + 1 if asks(draft) else 0,
        "citations": draft["citations"],
        "draft": None,
    }
    if not await is_confirmed(house, state, config):
        await release(text, str(said.id), config)
        return update
    whole: State = {**state, "messages": [*state["messages"], said]}
    payload = {"path": "ai", "channel": context.channel}
    await record(house, state, config, action="resolve", actor=CUSTOMER, payload=payload)
    closed = await close_by_ai(house, whole, context, thread, by=CUSTOMER)
    await release(text, str(said.id), config)
    runtime.stream_writer({"type": "owner", "owner": "closed", "by": CUSTOMER})
    runtime.stream_writer({"type": "survey", "survey": survey_in(state, thread)})
    return {**update, **closed}


def with_sources(draft: Draft, wording: Wording, language: str) -> str:
    """Return the text with a line for each article it stands on that it does not name itself."""
    lines = [
        f"{wording.say('faq_source', language, title=cited['title'])} {cited['url']}".strip()
        for cited in {one["title"]: one for one in draft["citations"]}.values()
        if cited["title"] not in draft["text"]
    ]
    return "\n\n".join([draft["text"], "\n".join(lines)]) if lines else draft["text"]
