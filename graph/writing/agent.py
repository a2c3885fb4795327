"""Write with models of others: LangChain's agent loop, with its limits, tools and final answer."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    ModelCallLimitMiddleware,
    ToolCallLimitMiddleware,
    ToolCallRequest,
)
from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langgraph.types import Command

from handrail.graph.grounding import Finding
from handrail.graph.writing.apart import apart, run_apart
from handrail.graph.writing.calls import Calls
from handrail.graph.writing.fence import RESULT, fenced, fenced_conversation
from handrail.graph.writing.final import prose_of, read_final, strategy
from handrail.graph.writing.health import Health, ModelsDown, Spent
from handrail.graph.writing.protocol import Request, Written
from handrail.models.provider import Link
from handrail.models.telemetry import tool_span
from handrail.prompts.load import load, template

MODEL_CALLS = 2  # beside one for each tool call: the final answer, and one that went wrong
STEPS = 50  # more than the limits below let happen

# Returns what a check of the draft found; empty where it may go.
Check = Callable[[Written], Awaitable[list[Finding]]]


@dataclass(frozen=True)
class AgentWriter:
    """Write with the models of a chain, and have a draft that a check has stopped written again.

    `seconds` is for all of it: all calls, of all models. `language` is named in English.
    """

    chain: Sequence[Link]
    health: Health
    tool_calls: int
    seconds: float
    language: str
    check: Check

    async def write(self, request: Request) -> Written:
        """Return the draft. Raises ModelsDown where no model answers, BackendDown by a tool."""
        spent, traced = Spent(), Traced()
        agent = create_agent(
            self.chain[0].model,
            list(request.tools),
            system_prompt=load("answer"),
            middleware=[
                Calls(self.chain, self.health, time.monotonic() + self.seconds, spent),
                ModelCallLimitMiddleware(
                    run_limit=self.tool_calls + MODEL_CALLS, exit_behavior="error"
                ),
                ToolCallLimitMiddleware(run_limit=self.tool_calls, exit_behavior="continue"),
                traced,
            ],
            response_format=strategy(),
            name="answer",
        )
        config: RunnableConfig = {**apart(request.config), "recursion_limit": STEPS}

        async def run(messages: list[Any]) -> tuple[dict[str, Any], Written]:
            problems: list[str] = []
            try:
                state = await run_apart(agent.ainvoke({"messages": messages}, config))
            except ModelCallLimitExceededError:
                state, problems = {}, ["too_many_calls"]
            return state, _as_written(state, problems, spent, traced)

        state, written = await run(fenced_conversation(request.messages, self.language))
        found = [] if _gave_up(written) else await self.check(written)
        if not (found and state):
            return written
        finding = template("mend_answer").render(findings=found)
        try:
            _, again = await run([*state["messages"], HumanMessage(content=finding)])
        except ModelsDown:
            again = None
        if again and again.text:
            return again
        # Nothing came of it: a person sees the draft that was stopped.
        return replace(written, usage=list(spent.usage), tried=list(spent.tried))


class Traced(AgentMiddleware[Any, Any, Any]):
    """Keep what each tool call returned, and fence it for the model."""

    def __init__(self) -> None:
        super().__init__()
        self.trace: list[dict[str, Any]] = []

    async def awrap_tool_call(
        self,
        request: ToolCallRequest,
        handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]],
    ) -> ToolMessage | Command[Any]:
        """Run the tool. Its errors pass through: what it stands on is down, and a person's turn."""
        call = request.tool_call
        if request.tool is None:  # a name that the model made up; LangChain tells it so
            made = await handler(request)
        else:
            with tool_span(call["name"]) as used:
                made = await handler(request)
                if isinstance(made, ToolMessage):
                    used.came_to(_result(made).get("outcome"))
        if not isinstance(made, ToolMessage):
            return made
        result = _result(made)
        self.trace.append({"tool": call["name"], "args": call["args"], "result": result})
        return made.model_copy(update={"content": fenced(made.text, RESULT)})


def warm_prompts() -> None:
    """Read now what would else be read from disk on the event loop."""
    load("answer")
    strategy()
    template("turn")
    template("mend_answer")


def _result(made: ToolMessage) -> dict[str, Any]:
    """Return a tool's result; what LangChain says of a call it could not make is no result."""
    try:
        result = json.loads(made.text)
    except ValueError:
        return {"outcome": "not_called", "error": made.text}
    return result if isinstance(result, dict) else {"outcome": "not_called", "error": made.text}


def _gave_up(written: Written) -> bool:
    """Tell whether the model says that it has no answer: that is no mistake to be mended."""
    return not written.text and not written.problems


def _as_written(
    state: dict[str, Any], problems: list[str], spent: Spent, traced: Traced
) -> Written:
    final = read_final(state)
    model = spent.usage[-1]["model"] if spent.usage else ""
    made = Written(
        text=final.reply.strip() if final else prose_of(state),
        trace=list(traced.trace),
        model=model,
        problems=problems if final or problems else ["unstructured"],
        usage=list(spent.usage),
        tried=list(spent.tried),
    )
    if final is None:
        return made
    return replace(made, asked=final.asked, claims=final.claimed(), self_reported=final.confidence)
