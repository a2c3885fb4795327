"""escalate: hand the conversation to a person, once, and tell the customer honestly."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, cast

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.clock import iso, now
from handrail.graph.context import Context, asking
from handrail.graph.conversation import MARK
from handrail.graph.packet import build_packet
from handrail.graph.policy import Policy
from handrail.graph.proving import proven
from handrail.graph.recording import record, thread_of
from handrail.graph.secrets import with_notice
from handrail.graph.services import LazyServices, Services
from handrail.graph.standing import next_episode, reasons_in, resolution_of, with_a_person
from handrail.graph.state import State
from handrail.graph.turn_span import handed_over
from handrail.models.wording import Wording
from handrail.store.customers.protocol import Customer


async def escalate(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Keep the packet first, then speak: a handoff that was not kept is not promised.

    Runs again without harm: the packet's key is thread and episode, its transcript takes each
    message once, and the notice has an id made from the key, so that it replaces itself.
    """
    house = await services.get()
    language = state.get("language", "en")
    moment = now()
    context = proven(asking(runtime, config), state)
    named_owner = await _named_owner(house, state, context)
    if state.get("owner") == "closed":  # intake failed, and could not begin the next episode
        state = cast("State", {**state, **next_episode(state)})
    while True:
        packet = build_packet(
            state, context, house.policy, thread_id=thread_of(config), now=moment,
            named_owner=named_owner,
        )  # fmt: skip
        kept, created = await house.handoffs.open(packet)
        if kept["closed_at"] is None:
            break
        # Over by the store, and intake could not say so: this is the next episode's.
        resolution = resolution_of(kept, state)
        if resolution:
            await house.csat.resolved(resolution)
        state = cast("State", {**state, **next_episode(state)})
    if not created:
        await house.handoffs.append(kept["id"], packet["transcript"])
    reasons = reasons_in(kept)
    payload = {
        "route": "escalate",
        "channel": context.channel,
        "verified": context.verified,
        "handoff": kept["id"],
        "created": created,
    }
    await record(house, state, config, action="escalate", payload=payload)
    if created:
        handed_over(reasons, kept["queue"])

    is_away = not house.policy.hours.is_open(moment)
    text = notice(
        house.wording, language, reasons[0], house.policy, moment,
        has_email=is_away and await _has_email(house, context),
    )  # fmt: skip
    text = with_notice(state, house.wording, text)
    runtime.stream_writer({"type": "handoff", "id": kept["id"], "queue": kept["queue"]})
    runtime.stream_writer({"type": "owner", "owner": "human"})
    noted = {
        "author": "ai", "kind": "handoff", "at": iso(moment),
        "episode": state.get("episode", 1), "reasons": reasons,
    }  # fmt: skip
    message = AIMessage(id=f"handoff-{kept['id']}", content=text, additional_kwargs={MARK: noted})
    return {
        "messages": [message],
        "heard": len({m.id for m in state["messages"]} | {message.id}),
        **with_a_person(kept),
        "reasons": reasons,
        "draft": None,
        "questions": 0,
    }


async def _named_owner(house: Services, state: State, context: Context) -> str | None:
    """Return who looks after a VIP by name; the packet waits for them."""
    vip = state.get("signals", {}).get("vip")
    if not (vip and vip["fired"] and context.customer_id):
        return None
    customer = await house.customers.get(context.customer_id)
    return customer.account_manager if customer else None


async def _has_email(house: Services, context: Context) -> bool:
    """Tell whether the desk can write to the customer's address on record.

    Whatever goes wrong in looking, the notice is given all the same.
    """
    if context.customer_id is None:
        return False
    looking = house.customers.get(context.customer_id)
    (found,) = await asyncio.gather(looking, return_exceptions=True)
    return isinstance(found, Customer) and bool(found.email)


def notice(
    wording: Wording,
    language: str,
    reason: str,
    policy: Policy,
    moment: datetime,
    *,
    has_email: bool,
) -> str:
    """Word the one notice: why, what happens next, and when people are back if they are away.

    While they are away it says where the answer will be, by what is known of the customer.
    """
    why = wording.say(f"handoff_reason.{reason}", language)
    if policy.hours.is_open(moment):
        return f"{why} {wording.say('handoff_open', language)}"
    where = wording.say(f"handoff_where_{'signed_in' if has_email else 'visitor'}", language)
    opening = policy.hours.opens_at(moment)
    if opening is None:
        return f"{why} {wording.say('handoff_no_hours', language)} {where}"
    weekday = wording.say(f"weekdays.d{opening.weekday()}", language)
    when = f"{weekday} {opening:%H:%M} ({opening.tzname()})"
    return f"{why} {wording.say('handoff_closed', language, opens_at=when)} {where}"
