"""Record each decision: an audit row and one log line, with no words of the customer in the log."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import structlog
from langchain_core.runnables import RunnableConfig

from handrail.graph.clock import now_iso
from handrail.graph.context import USER, fact
from handrail.graph.services import Services
from handrail.graph.spending import spent
from handrail.graph.state import State
from handrail.graph.turn_span import current_turn
from handrail.store.audit.protocol import ASKED_BY, AuditEvent

log = structlog.get_logger("handrail")


NO_THREAD = "no-thread"


def thread_of(config: RunnableConfig) -> str:
    """Return the thread's id; "no-thread" where the graph runs without one."""
    return str(config.get("configurable", {}).get("thread_id", NO_THREAD))


def row_id(thread: str, action: str, about: str) -> str:
    """Return the id of an audit row: the same one, however often the same thing is recorded."""
    return str(uuid5(NAMESPACE_URL, f"handrail:{thread}:{action}:{about}"))


async def record(
    house: Services,
    state: State,
    config: RunnableConfig,
    *,
    action: str,
    about: str | None = None,
    actor: str = "ai",
    payload: dict[str, Any],
) -> None:
    """Append what was decided, on which evidence, under which policy version.

    The outcome of a customer's turn (reply, escalate, hold) says by which `route` it came, and on
    which `channel`. `about` names the event it is about, the episode's last message where left
    out: a node that runs again, or an event that comes again in a later episode, records the same
    thing once.
    """
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
    if usage := state.get("usage"):
        facts["usage"] = spent(usage, house.policy.prices)
    login = fact(config.get("configurable", {}).get(USER), "identity")
    facts.pop(ASKED_BY, None)  # said here alone: nobody at the desk says who asks
    if login and actor == "ai":
        facts[ASKED_BY] = login  # whose thread it is: some servers let nobody else act on it
    thread, episode = thread_of(config), state.get("episode", 1)
    last = state["messages"][-1].id if state.get("messages") else ""
    named = about or f"{episode}:{last}"
    event = AuditEvent(
        id=row_id(thread, action, named),
        at=now_iso(),
        thread_id=thread,
        episode=episode,
        actor=actor,
        action=action,
        policy_version=house.policy.version,
        payload=facts,
    )
    await house.audit.record(event)
    turn = current_turn()
    if turn is not None:
        turn.decided(action, payload.get("route"), facts["topic"], facts["reasons"])
        turn.estimated(facts["confidence"])
        turn.tell(
            CONFIDENCE=facts["confidence"], POLICY=house.policy.version, EPISODE=episode,
            CHANNEL=payload.get("channel"),
        )  # fmt: skip
    log.info(  # here: structlog's `ainfo` would take a thread for each line
        action, thread=event.thread_id, episode=event.episode, actor=actor,
        policy=house.policy.version, topic=facts["topic"], reasons=facts["reasons"],
        confidence=facts["confidence"],
    )  # fmt: skip
