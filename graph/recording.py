"""Record each decision: an audit row and one log line, with no words of the customer in the log."""

from __future__ import annotations

from typing import Any

import structlog
from langchain_core.runnables import RunnableConfig

from handrail.graph.clock import now_iso
from handrail.graph.services import Services
from handrail.graph.state import State
from handrail.store.audit.protocol import AuditEvent

log = structlog.get_logger("handrail")


def thread_of(config: RunnableConfig) -> str:
    """Return the thread's id; "no-thread" where the graph runs without one."""
    return str(config.get("configurable", {}).get("thread_id", "no-thread"))


async def record(
    house: Services,
    state: State,
    config: RunnableConfig,
    *,
    action: str,
    actor: str = "ai",
    payload: dict[str, Any],
) -> None:
    """Append what was decided, on which evidence, under which policy version."""
    intent = state.get("intent")
    facts = {
        "topic": intent["topic"] if intent else None,
        "reasons": state.get("reasons", []),
        "confidence": state.get("confidence"),
        "evidence": state.get("evidence", {}),
        "signals": state.get("signals", {}),
        "language": state.get("language"),
        **payload,
    }
    event = AuditEvent(
        at=now_iso(),
        thread_id=thread_of(config),
        episode=state.get("episode", 1),
        actor=actor,
        action=action,
        policy_version=house.policy.version,
        payload=facts,
    )
    await house.audit.record(event)
    await log.ainfo(
        action, thread=event.thread_id, episode=event.episode, actor=actor,
        policy=house.policy.version, topic=facts["topic"], reasons=facts["reasons"],
        confidence=facts["confidence"],
    )  # fmt: skip
