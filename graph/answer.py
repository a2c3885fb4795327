"""answer: let the model use its tools and write a draft that no customer sees yet."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AnyMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)  # fmt: skip
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool
from langgraph.runtime import Runtime

from handrail.graph.citing import cite
from handrail.graph.context import Context, asking
from handrail.graph.conversation import MARK, mark_of, text_of
from handrail.graph.proving import code_state, proven
from handrail.graph.recording import thread_of
from handrail.graph.services import LazyServices, Services
from handrail.graph.state import Draft, State
from handrail.models.redaction import Kind
from handrail.models.telemetry import chat_span, model_named, tool_span
from handrail.prompts.load import load
from handrail.tools.asker import Asker
from handrail.tools.effect import allowed

HIDDEN: RunnableConfig = {"tags": ["nostream"]}  # LangGraph's tag: tokens stay out of every stream
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
    runtime.stream_writer({"type": "status", "status": "looking_up", "topic": intent["topic"]})
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
    prompt = _prompt(state, house, language)
    tools = allowed(
        house.toolbox(asker),
        verified=context.verified,
        may_write=not state.get("instructed", False),
    )
    written, trace = await run_tools(
        house.model, tools, prompt, house.policy.limits.tool_calls, house.policy.privacy.hidden()
    )
    noted = mark_of(written)
    text = text_of(written).strip()
    draft = Draft(
        text=text,
        topic=intent["topic"],
        asked=noted.get("asked"),
        offered=list(noted.get("offered") or []),
        citations=cite(text, trace),
        tools=trace,
    )
    evidence = {**state.get("evidence", {}), "worded_from_templates": bool(noted.get("worded"))}
    return {"draft": draft if text else None, "evidence": evidence}


async def run_tools(
    model: BaseChatModel,
    tools: Sequence[BaseTool],
    prompt: list[BaseMessage],
    most: int,
    hidden: Collection[Kind] | None = None,
) -> tuple[AIMessage, list[dict[str, Any]]]:
    """Call the model, run the tools it asks for, and again, until it writes an answer.

    Returns its last message and the trace: {"tool", "args", "result"} for each call. After
    `most` calls it stops, and the empty text it then has leads to a person. `hidden` are the kinds
    of text that no telemetry has, all where left out.
    """
    by_name = {tool.name: tool for tool in tools}
    bound = model.bind_tools(list(tools))
    messages, trace = list(prompt), list[dict[str, Any]]()
    while True:
        with chat_span(*model_named(model)) as span:
            said = await bound.ainvoke(messages, config=HIDDEN)
            span.answered(messages, said, hidden)
        if not isinstance(said, AIMessage) or not said.tool_calls:
            return AIMessage(content=said.content, additional_kwargs=said.additional_kwargs), trace
        if len(trace) + len(said.tool_calls) > most:
            return AIMessage(content=""), trace
        messages.append(said)
        for call in said.tool_calls:
            tool = by_name.get(call["name"])
            if tool is None:
                result = json.dumps({"outcome": "error", "error": f"no tool {call['name']!r}"})
            else:
                with tool_span(tool.name) as used:
                    result = str(await tool.ainvoke(call["args"], config=HIDDEN))
                    used.came_to(json.loads(result).get("outcome"))
            trace.append({"tool": call["name"], "args": call["args"], "result": json.loads(result)})
            messages.append(ToolMessage(content=result, tool_call_id=str(call["id"])))


def _prompt(state: State, house: Services, language: str) -> list[BaseMessage]:
    """Return the rules, then the conversation of this episode."""
    system = SystemMessage(
        content=load("answer").replace("{language}", language),
        additional_kwargs={MARK: {"language": language}},
    )
    return [system, *_episode(state["messages"])]


def _episode(messages: Sequence[AnyMessage]) -> list[BaseMessage]:
    """Return the messages since the last end marker, cleaned of characters that hide."""
    kept: list[BaseMessage] = []
    for message in messages:
        if mark_of(message).get("ends"):
            kept.clear()
        elif isinstance(message, HumanMessage):
            kept.append(HumanMessage(content=text_of(message)))
        elif isinstance(message, AIMessage) and text_of(message):
            kept.append(message)
    return kept


def _fixed(text: str) -> Draft:
    return Draft(text=text, topic="smalltalk", asked="message", offered=[], citations=[], tools=[])
