"""What LangChain's agent loop costs beside our own, with a model that answers at once: a ratio."""

from __future__ import annotations

import statistics
import time
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from rich.console import Console

from handrail.graph.services import Services
from handrail.graph.writing.agent import AgentWriter
from handrail.graph.writing.embedded import EmbeddedWriter
from handrail.graph.writing.final import NAME
from handrail.graph.writing.health import Health
from handrail.graph.writing.protocol import Request, Writer, Written
from handrail.models.outbound import OutboundChatModel
from handrail.models.provider import Link
from handrail.tools.asker import Asker
from handrail.tools.help_center.tool import NAME as SEARCH

QUESTION = "How long does a refund take?"


class AtOnceModel(BaseChatModel):
    """Search once, then answer; thinks for no time at all."""

    @property
    def _llm_type(self) -> str:
        return "handrail-at-once"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        """Need no tools: it knows the two that it calls."""
        return self

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        if any(isinstance(message, ToolMessage) for message in messages):
            call: dict[str, Any] = {"name": NAME, "args": {"reply": "Five days."}}
        else:
            call = {"name": SEARCH, "args": {"query": QUESTION, "language": "en"}}
        said = AIMessage(content="", tool_calls=[{**call, "id": "1", "type": "tool_call"}])
        return ChatResult(generations=[ChatGeneration(message=said)])


async def _pass(_: Written) -> list[Any]:
    return []


async def time_writers(services: Services, turns: int, warm: int) -> dict[str, Any]:
    """Return the median milliseconds of one draft by each writer, and their ratio."""
    asker = Asker(customer_id=None, verified=False, locale="en", thread_id="bench")
    tools = [tool for tool in services.dry_toolbox(asker) if tool.name == SEARCH]
    request = Request([HumanMessage(QUESTION)], "en", "refund_policy", tools, {})
    link = Link("bench:at-once", OutboundChatModel(inner=AtOnceModel()), seconds=20)
    ours = await _median(EmbeddedWriter(services.model, 4), request, turns, warm)
    agent = AgentWriter([link], Health(), 4, 45, "English", check=_pass)
    theirs = await _median(agent, request, turns, warm)
    return {
        "embedded_p50_ms": round(ours, 2),
        "agent_p50_ms": round(theirs, 2),
        "ratio": round(theirs / ours, 2),
    }


async def _median(writer: Writer, request: Request, turns: int, warm: int) -> float:
    taken: list[float] = []
    for _ in range(warm + turns):
        began = time.perf_counter()
        written = await writer.write(request)
        taken.append((time.perf_counter() - began) * 1000)
        if not written.text or not written.trace:
            raise RuntimeError(f"a writer wrote nothing: {written.tried}")
    return statistics.median(taken[warm:])


def show_writers(out: Console, found: dict[str, Any]) -> None:
    """Print one line."""
    out.print(
        f"A draft by the agent loop costs {found['ratio']} times one by the embedded writer's "
        f"({found['agent_p50_ms']} and {found['embedded_p50_ms']} ms, no model's time in it)",
        highlight=False,
    )
