"""Try a model of others with one question that takes one tool call, as a turn would ask it."""

from __future__ import annotations

import json
import time
from typing import Any

from langchain_core.messages import HumanMessage

from handrail.app.finding import Finding
from handrail.graph.writing.agent import AgentWriter
from handrail.graph.writing.health import Health, ModelsDown
from handrail.graph.writing.protocol import Request, Written
from handrail.models.provider import Link
from handrail.prompts.load import load
from handrail.tools.effect import ReadTool
from handrail.tools.orders.tool import NAME, LookUpOrder

SECONDS = 90.0
SHIPPED = {
    "outcome": "found",
    "order_number": "FH-10001",
    "order": {"number": "FH-10001", "status": "shipped", "carrier": "DHL"},
}
QUESTION = "Where is my order FH-10001?"
MENDS = {
    "AuthenticationError": "The provider refuses the key: set OPENAI_API_KEY to a valid one.",
    "PermissionDeniedError": "The key may not use this model: choose another, or allow it.",
    "ModelNotFoundError": "The provider has no such model: mend its name.",
    "ConnectionError": "Nobody answers there: mend OPENAI_BASE_URL, or start the server.",
    "no answer in": "It takes too long: raise HANDRAIL_MODEL_SECONDS, or choose a faster model.",
    "RateLimitError": "The provider refuses for now: wait, or raise the account's limits.",
}


async def try_model(what: str, link: Link) -> Finding:
    """Say whether a model answers, calls a tool, gives a final answer, and counts tokens."""
    tool = ReadTool(
        name=NAME,
        description=load(f"tools/{NAME}"),
        args_schema=LookUpOrder,
        coroutine=_shipped,
    )
    writer = AgentWriter([link], Health(), 2, SECONDS, "English", check=_unchecked)
    request = Request([HumanMessage(QUESTION)], "en", "order_status", [tool], {})
    began = time.monotonic()
    try:
        written = await writer.write(request)
    except ModelsDown as problem:
        said = "; ".join(problem.spent.tried)
        mend = next((mend for sign, mend in MENDS.items() if sign in said), "Look at its server.")
        return Finding(what, said, mend)
    return _told(what, link, written, time.monotonic() - began)


async def _unchecked(_: Written) -> list[Any]:
    return []


async def _shipped(order_number: str | None = None) -> str:
    return json.dumps(SHIPPED)


def _told(what: str, link: Link, written: Written, seconds: float) -> Finding:
    called = any(step["tool"] == NAME for step in written.trace)
    readable = not written.problems
    tokens = sum(one["input"] + one["output"] for one in written.usage)
    can = [
        f"{link.name} answers ({seconds:.1f} s for {len(written.usage)} calls)",
        "calls tools" if called else "called no tool",
        "gives its answer in the form it should" if readable else "gave no answer in our form",
        f"counts tokens ({tokens})" if tokens else "counts no tokens, so that no cost is known",
    ]
    mend = ""
    if not called or not readable:
        mend = (
            "Nearly everything will go to a person: choose a model that is good at calling tools."
        )
    return Finding(what, "; ".join(can), mend)
