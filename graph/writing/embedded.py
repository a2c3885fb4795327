"""The embedded model's loop: call the model, run its tools, and again, until it has written."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from langchain_core.callbacks import AsyncCallbackManager
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool

from handrail.graph.conversation import MARK, mark_of, text_of
from handrail.graph.writing.apart import apart
from handrail.graph.writing.protocol import Request, Written
from handrail.models.embedded import EmbeddedChatModel
from handrail.models.redaction import EVERYTHING, Kind
from handrail.models.telemetry import chat_span, model_named, tool_span
from handrail.tools.effect import PlainTool

Caller = Callable[[list[BaseMessage]], Awaitable[BaseMessage]]


@dataclass(frozen=True)
class EmbeddedWriter:
    """Write with a model that runs in this process, and needs no prompt, fence or retry.

    It is a loop of ours, because LangChain's agent costs several times the whole turn (see
    docs/adr/0022).
    """

    model: BaseChatModel
    tool_calls: int
    hidden: frozenset[Kind] = frozenset(EVERYTHING)

    async def write(self, request: Request) -> Written:
        """Return the draft. After `tool_calls` calls it is empty, which leads to a person."""
        system = SystemMessage(content="", additional_kwargs={MARK: {"language": request.language}})
        said, trace = await run_tools(
            self.model,
            request.tools,
            [system, *request.messages],
            self.tool_calls,
            config=apart(request.config),
            hidden=self.hidden,
        )
        noted = mark_of(said)
        return Written(
            text=text_of(said).strip(),
            trace=trace,
            asked=noted.get("asked"),
            offered=list(noted.get("offered") or []),
            worded=bool(noted.get("worded")),
        )


async def run_tools(
    model: BaseChatModel,
    tools: Sequence[BaseTool],
    prompt: list[BaseMessage],
    most: int,
    *,
    config: RunnableConfig,
    hidden: Collection[Kind] | None = None,
) -> tuple[AIMessage, list[dict[str, Any]]]:
    """Call the model, run the tools it asks for, and again, until it writes an answer.

    Returns its last message and the trace: {"tool", "args", "result"} for each call. After
    `most` calls it stops, and the empty text it then has leads to a person. `hidden` are the kinds
    of text that no telemetry has, all where left out.
    """
    by_name = {tool.name: tool for tool in tools}
    followed = _is_followed(config)
    call = _caller(model, tools, config, followed=followed)
    messages, trace = list(prompt), list[dict[str, Any]]()
    while True:
        with chat_span(*model_named(model)) as span:
            said = await call(messages)
            span.answered(messages, said, hidden)
        if not isinstance(said, AIMessage) or not said.tool_calls:
            return AIMessage(content=said.content, additional_kwargs=said.additional_kwargs), trace
        if len(trace) + len(said.tool_calls) > most:
            return AIMessage(content=""), trace
        messages.append(said)
        for wanted in said.tool_calls:
            tool = by_name.get(wanted["name"])
            if tool is None:
                result = json.dumps({"outcome": "error", "error": f"no tool {wanted['name']!r}"})
            else:
                with tool_span(tool.name) as used:
                    given = wanted["args"]
                    result = await _result_of(tool, given, config, followed=followed)
                    used.came_to(json.loads(result).get("outcome"))
            found = {"tool": wanted["name"], "args": wanted["args"], "result": json.loads(result)}
            trace.append(found)
            messages.append(ToolMessage(content=result, tool_call_id=str(wanted["id"])))


def _caller(
    model: BaseChatModel, tools: Sequence[BaseTool], config: RunnableConfig, *, followed: bool
) -> Caller:
    """Return how to call the model: straight where it is ours and no tracer follows the run.

    What LangChain does around a call takes longer than the call.
    """
    if type(model) is EmbeddedChatModel and not followed:
        names = frozenset(tool.name for tool in tools)

        async def say(messages: list[BaseMessage]) -> BaseMessage:
            return model.say(messages, names)

        return say
    return partial(model.bind_tools(list(tools)).ainvoke, config=config)


async def _result_of(
    tool: BaseTool, given: dict[str, Any], config: RunnableConfig, *, followed: bool
) -> str:
    """Run a tool, and straight where the same holds for it."""
    if isinstance(tool, PlainTool) and not followed:
        return str(await tool.run_alone(given, config))
    return str(await tool.ainvoke(given, config=config))


def _is_followed(config: RunnableConfig) -> bool:
    return bool(AsyncCallbackManager.configure(config.get("callbacks")).handlers)
