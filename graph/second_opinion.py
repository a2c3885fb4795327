"""A second opinion on a message, by a model: it may add a reason for a person, and take none."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.runnables import RunnableConfig

from handrail.graph.state import Signal, State
from handrail.graph.writing.apart import apart
from handrail.graph.writing.fence import CUSTOMER, fenced
from handrail.graph.writing.health import usage_of
from handrail.models.provider import CALL_FAILED, Link
from handrail.models.telemetry import chat_span
from handrail.prompts.load import load

log = structlog.get_logger("handrail")
GUARD_OF = {
    "anger": "sentiment", "legal": "legal", "account_closure": "account_closure",
    "human_request": "human_request", "injection": "injection",
}  # fmt: skip
RULE = "second opinion"


async def second_opinion(
    judge: Link | None, state: State, config: RunnableConfig
) -> dict[str, Any]:
    """Return what the model adds to state: `signals`, what the call took, and a word of `evidence`.

    It is asked where a judge is set and no guard has fired. Where it gives no opinion, being too
    slow, or down, or not to be read, what the guards found stands, as it does without a judge.
    """
    said = state.get("said", "")
    if judge is None or not said or any(s["fired"] for s in state.get("signals", {}).values()):
        return {}
    asked = [SystemMessage(load("judge")), HumanMessage(fenced(said, CUSTOMER))]
    try:
        with chat_span(judge.provider, judge.name.partition(":")[2]) as span:
            async with asyncio.timeout(judge.seconds), judge.at_once.slot():
                answer = await judge.model.ainvoke(asked, apart(config))
            span.answered(asked, answer, judge.model.hidden)
    except CALL_FAILED as problem:
        await log.awarning("judge_failed", model=judge.name, error=type(problem).__name__)
        return {"evidence": {"judge": "no opinion"}}
    added = signals_in(answer.text)
    return {
        "signals": added or {},
        "usage": [usage_of(judge, answer)],
        "evidence": {"judge": "no opinion" if added is None else sorted(added)},
    }


def signals_in(text: str) -> dict[str, Signal] | None:
    """Read what a judge said; None where it cannot be read. Pure."""
    from json_repair import repair_json  # noqa: PLC0415 - few ask for a second opinion

    found: Any = repair_json(text, return_objects=True)
    names = found.get("found") if isinstance(found, dict) else None
    if not isinstance(names, list):
        return None
    return {
        GUARD_OF[name]: Signal(fired=True, score=1.0, words=[], rule=RULE)
        for name in names
        if isinstance(name, str) and name in GUARD_OF
    }
