"""desk: what a person does with a conversation: claim, reply, hand back, resolve and the like."""

from __future__ import annotations

from typing import Any, cast, get_args, get_type_hints

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.approval import lacking
from handrail.graph.approve import ask_for
from handrail.graph.clock import iso, now, now_iso
from handrail.graph.closing import close_by_ai, survey_in
from handrail.graph.context import Context, asking
from handrail.graph.conversation import MARK, transcript_of
from handrail.graph.packet import build_packet, key_of
from handrail.graph.policy import Policy
from handrail.graph.recording import record, thread_of
from handrail.graph.services import LazyServices, Services
from handrail.graph.standing import mirror, resolution_of, unheard
from handrail.graph.state import Event, State
from handrail.models.redaction import strip_secrets
from handrail.store.handoffs.ownership import Act
from handrail.store.handoffs.protocol import Outcome, Step

RATINGS = range(1, 6)
KINDS: tuple[str, ...] = get_args(get_type_hints(Event)["type"])
REMEMBERED = 50  # events that may come again; the store knows those on a handoff for ever
UNRECORDED = frozenset({"text", "comment", "why"})  # words stand in the packet, not in the audit


async def desk(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Carry out one event. One that is not allowed changes nothing and is recorded as refused.

    The same event id is carried out once. The store decides, the state mirrors it.
    """
    house = await services.get()
    event = state.get("event")
    context = asking(runtime, config)
    actor = context.actor or "unknown"
    if event is None:
        raise LookupError("desk was reached without an event; the route after intake forbids it")
    counted: dict[str, Any] = {"event": None, "acts": state.get("acts", 0) + 1}
    kind = kind_of(event)
    if kind is None:
        unknown = state.get("refused") or "unknown_event"
        payload = {"event": None, "problem": unknown}
        about = f"{thread_of(config)}:{state.get('acts', 0)}:unknown"
        await record(
            house, state, config, action="refused", about=about, actor=actor, payload=payload
        )
        runtime.stream_writer({"type": "refused", "event": None, "problem": unknown})
        return {**counted, "refused": unknown}
    about = event.get("id") or f"{thread_of(config)}:{state.get('acts', 0)}:{kind}"
    problem = state.get("refused") or incomplete(event, house.policy)
    done = state.get("done", [])
    if not problem and about in done:
        return counted
    update: dict[str, Any] = {}
    if not problem:
        problem, update = await _carry_out(
            house, state, event, context, about=about, thread=thread_of(config)
        )
    if problem:
        payload = {"event": event["type"], "problem": problem}
        await record(
            house, state, config, action="refused", about=about, actor=actor, payload=payload
        )
        runtime.stream_writer({"type": "refused", "event": event["type"], "problem": problem})
        return {**counted, "refused": problem}
    payload = {name: str(fact) for name, fact in event.items() if name not in UNRECORDED}
    payload["name"] = context.actor_name or actor  # customers read who has it now
    await record(
        house, state, config, action=event["type"], about=about, actor=actor, payload=payload
    )
    if "owner" in update:
        by = context.actor_name or actor
        runtime.stream_writer({"type": "owner", "owner": update["owner"], "by": by})
    if (update.get("resolution") or {}).get("path"):
        survey = survey_in(cast("State", {**state, **update}), thread_of(config))
        runtime.stream_writer({"type": "survey", "survey": survey})
    return {**update, **counted, "done": [*done, about][-REMEMBERED:]}


def kind_of(event: Any) -> str | None:
    """Return the type of an event; None for what is none, for a client may send anything. Pure."""
    kind = event.get("type") if isinstance(event, dict) else None
    return kind if kind in KINDS else None


def incomplete(event: Event, policy: Policy) -> str | None:
    """Return what an event lacks; None where it is whole. Pure."""
    kind = event["type"]
    if kind in {"reply", "note"} and not event.get("text", "").strip():
        return "empty_text"
    if kind == "rating" and event.get("rating") not in RATINGS:
        return "not_ratable"
    if kind == "refund_exception":
        return lacking(event)
    if kind == "transfer":
        queue = event.get("queue")
        if not queue and not event.get("owner"):
            return "nowhere_to_transfer"
        if queue and policy.queue_named(queue) is None:
            return "unknown_queue"
    return None


async def _carry_out(
    house: Services, state: State, event: Event, context: Context, *, about: str, thread: str
) -> tuple[str | None, dict[str, Any]]:
    """Return why not, or what changes in the state."""
    kind, actor = event["type"], context.actor or "unknown"
    if kind == "rating":
        return await _rate(house, state, event, thread)
    if kind == "refund_exception":
        return await ask_for(house, state, event, context, about=about, thread=thread)
    handoff = state.get("handoff")
    target = event.get("handoff") or (handoff["id"] if handoff else None)
    if target is None:
        target = await _known_to_the_store(house, about, key_of(thread, state.get("episode", 1)))
    if target is None and kind == "resolve":
        return await _confirmed(house, state, context, thread)
    if target is None and kind == "claim" and state.get("owner", "ai") == "ai":
        packet = build_packet(
            {**state, "reasons": ["takeover"]}, Context(channel=context.channel), house.policy,
            thread_id=thread, now=now(),
        )  # fmt: skip
        target = (await house.handoffs.open(packet))[0]["id"]
    if target is None:
        return "no_handoff", {}
    step = _step(event, about, actor, house.policy)
    outcome = await house.handoffs.act(target, step)
    if outcome.problem:
        return outcome.problem, {}
    return await _after(house, state, step, outcome, name=context.actor_name or actor)


async def _known_to_the_store(house: Services, about: str, key: str) -> str | None:
    """Return the handoff of an event that came before, or of an episode whose run was cut short."""
    standing = await house.handoffs.done(about) or await house.handoffs.standing(key)
    return standing["id"] if standing else None


def _step(event: Event, about: str, actor: str, policy: Policy) -> Step:
    queue = policy.queue_named(event.get("queue") or "")
    due_at = iso(policy.due_at(queue, now())) if queue else None
    return Step(
        event_id=about,
        act=cast("Act", event["type"]),
        actor=actor,
        at=now_iso(),
        queue=event.get("queue"),
        owner=event.get("owner"),
        due_at=due_at,
        text=strip_secrets(event["text"]) if event.get("text") else None,
        false_handoff=event.get("false_handoff"),
    )


async def _after(
    house: Services, state: State, step: Step, outcome: Outcome, *, name: str
) -> tuple[str | None, dict[str, Any]]:
    """Bring transcript, satisfaction and state in step with what the store has done."""
    standing = outcome.standing
    known = {message.id for message in state.get("messages", [])}
    update = mirror(state, standing)
    if step.act in {"hand_back", "resolve"} and standing["closed_at"] is not None:
        update["instructed"] = False  # a person has read what instructed the machine
    if step.act == "reply":
        said_id = f"reply-{step.event_id}"
        if said_id in known:
            return None, {}
        if standing["status"] != "claimed":
            return "closed", {}
        noted = {"author": "human", "by": step.actor, "at": step.at}
        said = AIMessage(
            id=said_id,
            content=step.text or "",
            name=name,
            additional_kwargs={MARK: noted},
        )
        update["messages"] = [said]
    if update.get("messages") or (step.act == "claim" and standing["closed_at"] is None):
        messages = state.get("messages", [])
        # Who claims it reads all of it, also what could not be handed over when it was written.
        first = messages if step.act == "claim" else unheard(state)
        new = [*first, *update.get("messages", [])]
        await house.handoffs.append(standing["id"], transcript_of(new, at=step.at))
        update["heard"] = len(known | {m.id for m in update.get("messages", [])})
    resolution = resolution_of(standing, state)
    if resolution and update.get("owner") == "closed":
        await house.csat.resolved(resolution)
    return None, update


async def _confirmed(
    house: Services, state: State, context: Context, thread: str
) -> tuple[str | None, dict[str, Any]]:
    """Resolve what the AI alone handled: the host product says that the customer confirmed it."""
    if state.get("owner", "ai") != "ai" or not state.get("messages"):
        return "not_now", {}
    by = context.actor or "unknown"
    return None, await close_by_ai(house, state, context, thread, by=by)


async def _rate(
    house: Services, state: State, event: Event, thread: str
) -> tuple[str | None, dict[str, Any]]:
    """Keep a rating of the named survey, or of the last episode where it was resolved."""
    survey = event.get("survey") or survey_in(state, thread)
    rated = await house.csat.rate(
        survey, event.get("rating", 0), strip_secrets(event.get("comment", "")), now_iso()
    )
    if rated != "kept":
        return "not_ratable" if rated == "unknown" else rated, {}
    resolution = state.get("resolution")
    if resolution and survey == survey_in(state, thread):
        return None, {"resolution": {**resolution, "rating": event.get("rating")}}
    return None, {}
