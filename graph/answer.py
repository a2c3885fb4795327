"""answer: let a model use its tools and write a draft that no customer sees yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.checking import mendable
from handrail.graph.citing import cite
from handrail.graph.context import Context, asking
from handrail.graph.conversation import latest, mark_of, text_of
from handrail.graph.grounding import Finding
from handrail.graph.proving import code_state, proven
from handrail.graph.recording import log, thread_of
from handrail.graph.services import LazyServices, Services
from handrail.graph.state import Draft, State
from handrail.graph.writing.embedded import EmbeddedWriter
from handrail.graph.writing.health import ModelsDown
from handrail.graph.writing.protocol import Request, Written
from handrail.models import meters as ours
from handrail.tools.asker import Asker
from handrail.tools.effect import allowed

FIXED_REPLIES = {"empty": "empty", "unreadable": "unreadable", "wordless": "clarify"}


async def answer(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Write `draft`. None where the topic is not ours to answer: then a person gets it."""
    house = await services.get()
    context = proven(asking(runtime, config), state)
    language = state.get("language", "en")
    unfit = state.get("refused")
    if unfit in FIXED_REPLIES:
        return {"draft": _fixed(house.wording.say(FIXED_REPLIES[unfit], language))}
    intent = state.get("intent")
    if intent is None or intent["route"] != "automate":
        return {"draft": None}
    topic = intent["topic"]
    runtime.stream_writer({"type": "status", "status": "looking_up", "topic": topic})
    asker = Asker(
        customer_id=context.customer_id,
        verified=context.verified,
        locale=language,
        thread_id=thread_of(config),
        turn=str(state["messages"][-1].id),
        episode=state.get("episode", 1),
        policy_version=house.policy.version,
        code=code_state(state, offered=house.policy.step_up.offered),
        time_zone=context.time_zone,
        home_zone=house.policy.hours.time_zone,
    )
    tools = allowed(
        house.toolbox(asker),
        verified=context.verified,
        may_write=not state.get("instructed", False),
    )
    request = Request(
        messages=_episode(state["messages"]),
        language=language,
        topic=topic,
        tools=tools,
        config=config,
    )
    written = await write(house, request)
    evidence = {**state.get("evidence", {}), "worded_from_templates": written.worded}
    if house.chain:
        evidence |= {"model": written.model, "models_tried": written.tried}
    if written.self_reported is not None:
        evidence["self_reported"] = written.self_reported
    return {
        "draft": as_draft(written, topic) if written.text or written.problems else None,
        "evidence": evidence,
        "usage": [*state.get("usage", []), *written.usage],
    }


async def write(house: Services, request: Request) -> Written:
    """Have it written by the models of the chain, and by the embedded one where none answers."""
    embedded = EmbeddedWriter(
        house.model, house.policy.limits.tool_calls, house.policy.privacy.hidden()
    )
    if not house.chain:
        return await embedded.write(request)

    # Here, as it brings LangChain's agent, which opening the services has read by now.
    from handrail.graph.writing.agent import AgentWriter  # noqa: PLC0415

    async def check(written: Written) -> list[Finding]:
        return await mendable(as_draft(written, request.topic), house, request.language)

    writer = AgentWriter(
        chain=house.chain,
        health=house.health,
        tool_calls=house.policy.limits.tool_calls,
        seconds=house.policy.limits.answer_seconds,
        language=house.wording.say(
            f"language_names.{house.wording.spoken(request.language)}", "en"
        ),
        check=check,
    )
    try:
        return await writer.write(request)
    except ModelsDown as problem:
        spent = problem.spent
        ours.meters.chain_down.add(1)
        await log.awarning("models_down", thread=thread_of(request.config), tried=spent.tried)
        written = await embedded.write(request)
        return replace(written, usage=spent.usage, tried=spent.tried)


def as_draft(written: Written, topic: str) -> Draft:
    """Return what was written as the draft of a turn, with what it quotes."""
    return Draft(
        text=written.text,
        topic=topic,
        asked=written.asked,
        offered=written.offered,
        citations=cite(written.text, written.trace, written.claims),
        tools=written.trace,
        claims=written.claims,
        problems=written.problems,
    )


def _episode(messages: Sequence[AnyMessage]) -> list[BaseMessage]:
    """Return the latest messages after the last end marker, cleaned of what is not said."""
    kept: list[BaseMessage] = []
    for message in latest(messages):
        if mark_of(message).get("ends"):
            continue
        if isinstance(message, HumanMessage):
            kept.append(message if _is_plain(message) else HumanMessage(content=text_of(message)))
        elif isinstance(message, AIMessage) and text_of(message):
            kept.append(message)
    return kept


def _is_plain(message: HumanMessage) -> bool:
    """Tell whether a message is its text alone: a copy of it would say the same."""
    return isinstance(message.content, str) and not (message.name or message.additional_kwargs)


def _fixed(text: str) -> Draft:
    return Draft(text=text, topic="smalltalk", asked="message", offered=[], citations=[], tools=[])
