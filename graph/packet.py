"""Build a handoff packet: everything a person needs, so that the customer repeats nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from handrail.graph.clock import iso
from handrail.graph.context import Context
from handrail.graph.conversation import transcript_of
from handrail.graph.policy import Policy
from handrail.graph.state import Signal, State
from handrail.graph.triage import REASON_OF, reasons_of
from handrail.store.handoffs.protocol import HandoffPacket, Reason

SUMMARY_CHARACTERS = 200


def key_of(thread_id: str, episode: int) -> str:
    """Return the idempotency key of an episode's handoff, survey and figures."""
    return f"{thread_id}:{episode}"


def handoff_id(thread_id: str, episode: int) -> str:
    """Return the id of an episode's handoff: the same one, whoever makes it."""
    return str(uuid5(NAMESPACE_URL, f"handrail:{key_of(thread_id, episode)}"))


def build_packet(
    state: State,
    context: Context,
    policy: Policy,
    *,
    thread_id: str,
    now: datetime,
    named_owner: str | None = None,
) -> HandoffPacket:
    """Return the packet of this episode. Pure: the same state gives the same packet.

    The first reason decides the queue; `due_at` counts from `now`. `named_owner` is who looks
    after this customer: the packet waits for them.
    """
    signals = state.get("signals", {})
    # A guard that failed keeps triage from running, so what the others found is joined here.
    found = [*reasons_of(signals), *state.get("reasons", [])]
    reasons = list(dict.fromkeys(found)) or ["error"]
    episode = state.get("episode", 1)
    queue = policy.queue(reasons[0])
    draft = state.get("draft")
    return HandoffPacket(
        id=handoff_id(thread_id, episode),
        key=key_of(thread_id, episode),
        thread_id=thread_id,
        episode=episode,
        reasons=[reason_of(name, signals) for name in reasons],
        priority=queue.priority,
        queue=queue.name,
        owner=named_owner,
        status="open",
        created_at=iso(now),
        due_at=iso(policy.due_at(queue, now)),
        claimed_at=None,
        replied_at=None,
        waiting_since=iso(now),
        unowned_since=iso(now),
        closed_at=None,
        false_handoff=None,
        customer_id=context.customer_id,
        channel=context.channel,
        language=state.get("language", "en"),
        transcript=transcript_of(state["messages"]),
        notes=[],
        tool_trace=draft["tools"] if draft else [],
        draft=draft["text"] if draft else None,
        confidence=state.get("confidence"),
        evidence=_evidence(state),
        policy_version=policy.version,
        summary=_summary(state, reasons),
    )


def reason_of(name: str, signals: Mapping[str, Signal]) -> Reason:
    """Return a reason with what the guard found that gave it."""
    for guard, signal in signals.items():
        if REASON_OF.get(guard, guard) == name and signal["fired"]:
            return Reason(
                reason=name, score=signal["score"], words=signal["words"], rule=signal["rule"]
            )
    return Reason(reason=name, score=None, words=[], rule="assess")


def _evidence(state: State) -> dict[str, Any]:
    failure = state.get("failure")
    return {**state.get("evidence", {}), **({"failure": dict(failure)} if failure else {})}


def _summary(state: State, reasons: list[str]) -> str:
    said = state.get("said", "")
    short = said if len(said) <= SUMMARY_CHARACTERS else f"{said[:SUMMARY_CHARACTERS]}…"
    return f"{', '.join(reasons)}: {short}"
