"""replay: decide each row as the graph would, with no side effects."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langchain_core.runnables import RunnableConfig

from handrail.evals.rows import Row
from handrail.evals.walk import Walk
from handrail.graph.clock import now
from handrail.graph.context import Context
from handrail.graph.conversation import MARK, text_of
from handrail.graph.graph import build_graph
from handrail.graph.guards import GUARDS
from handrail.graph.policy import Policy
from handrail.graph.services import LazyServices, Services
from handrail.graph.state import State
from handrail.models.plan import read_by_part
from handrail.store.audit.memory import MemoryAudit
from handrail.store.codes.memory import MemoryCodes
from handrail.store.csat.memory import MemoryCsat
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.store.notifications.memory import MemoryNotifications
from handrail.store.reviews.memory import MemoryReviews
from handrail.tools.identity.step_up import StepUp

AHEAD = 64


def without_effects(services: Services, policy: Policy | None = None) -> Services:
    """Return services that keep nothing: every record in memory, no mail sent."""
    return replace(
        services.under(policy) if policy else services,
        policy_file=None,
        handoffs=MemoryHandoffs(),
        notifications=MemoryNotifications(),
        audit=MemoryAudit(),
        csat=MemoryCsat(),
        reviews=MemoryReviews(),
        toolbox=services.dry_toolbox,
        runner=replace(services.runner, step_up=StepUp(MemoryCodes(), "", now)),
    )


async def replay(rows: Sequence[Row], services: Services) -> AsyncIterator[dict[str, Any]]:
    """Yield one decision for each row, in order (the shape is in DESIGN, section 8).

    `ms` is the time of the decision alone; messages are embedded in batches ahead of it, and
    their share of that time is added.
    """
    graph = build_graph(LazyServices(lambda: services), input_schema=State)
    walk = Walk(graph)
    for start in range(0, len(rows), AHEAD):
        batch = rows[start : start + AHEAD]
        began = time.perf_counter()
        parts = [part for row in batch for part in read_by_part(_last(row))]
        services.heads.remember(parts, services.encoder.embed)
        share = (time.perf_counter() - began) * 1000 / len(batch)
        for number, row in enumerate(batch, start):
            began = time.perf_counter()
            given: State = {
                "messages": _messages(row),
                "heard": len(row.conversation()) - 1,
            }
            context = Context(customer_id=row.customer_id, locale=row.locale)
            config: RunnableConfig = {"configurable": {"thread_id": f"replay-{number}"}}
            try:
                state = await walk.run(given, context, config)
            except Exception:  # noqa: BLE001 - the engine has the retries and the error handler
                state = await graph.ainvoke(given, config, context=context)
            yield _decision(row, state, share + (time.perf_counter() - began) * 1000)


def _last(row: Row) -> str:
    return row.conversation()[-1].text


def _messages(row: Row) -> list[AnyMessage]:
    found: list[AnyMessage] = []
    for turn in row.conversation():
        if turn.role == "customer":
            found.append(HumanMessage(content=turn.text))
        else:
            found.append(
                AIMessage(content=turn.text, additional_kwargs={MARK: {"author": turn.role}})
            )
    return found


def _decision(row: Row, state: dict[str, Any], ms: float) -> dict[str, Any]:
    reasons = list(state.get("reasons", []))
    intent = state.get("intent")
    signals = state.get("signals", {})
    unfit = state.get("refused") in {"empty", "unreadable", "wordless"}
    automated = not reasons
    topic = intent["topic"] if intent and intent["route"] == "automate" else None
    return {
        "id": row.id,
        "route": "automate" if automated else "escalate",
        "topic": "smalltalk" if automated and unfit else topic,
        "reasons": reasons,
        "confidence": state.get("confidence"),
        "signals": {
            name: {"fired": signals[name]["fired"], "score": round(signals[name]["score"], 4)}
            for name in GUARDS
            if name in signals
        },
        "reply": text_of(state["messages"][-1]),
        "citations": state.get("citations", []) if automated else [],
        "ms": round(ms, 3),
    }


async def decide_texts(rows: Sequence[dict[str, Any]], services: Services) -> list[dict[str, Any]]:
    """Return a decision for the `text` of each labelled row."""
    asked = [Row(id=str(n), text=row["text"]) for n, row in enumerate(rows)]
    return [decision async for decision in replay(asked, without_effects(services))]
