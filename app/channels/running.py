"""Run one delivery: a customer's message as a turn, what people do as events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from handrail.app.access.channel_tokens import login_of
from handrail.app.access.user import User
from handrail.app.channels.naming import event_id_of, message_id_of
from handrail.app.channels.outbox import end_key, packet_key, reply_key
from handrail.app.channels.people import DONE, Acts, reader
from handrail.app.channels.runs import Runs, Standing
from handrail.app.notify.protocol import NotSent
from handrail.store.channels.protocol import Channels, Parcel, Place

TYPING_SECONDS = 3
THERE = "the product has it"


async def run(
    runs: Runs,
    channels: Channels,
    place: Place,
    parcel: Parcel,
    typing: Callable[[], Awaitable[None]],
) -> str:
    """Run a delivery; return what came of it. Raises DeskDown or StoreDown."""
    standing = await runs.standing(place.thread_id, reader(place))
    acts = Acts(runs, place, parcel)
    if parcel.kind == "message":
        return await _turn(acts, standing, typing)
    outcome = await _acted(acts, parcel, standing)
    if outcome == DONE:
        await _mark(channels, place, _there_already(parcel, standing))
        await channels.changed(place.thread_id, parcel.at)
    return outcome


async def _turn(acts: Acts, standing: Standing, typing: Callable[[], Awaitable[None]]) -> str:
    """Run a customer's message. Where people have it in the product, the bot does not."""
    held = acts.parcel.body["held"] and not acts.is_late()
    if held and not standing.messages:
        return "never the bot's"
    if held and standing.owner == "ai":
        await acts.take_for_product()
    saying = _say(acts.runs, acts.place, acts.parcel)
    if held or standing.owner == "human":
        await saying
    else:
        await asyncio.gather(_shown(typing), saying)
    if held and standing.owner == "closed":
        await acts.take_for_product()
    return "run"


async def _acted(acts: Acts, parcel: Parcel, standing: Standing) -> str:
    match parcel.kind:
        case "reply":
            return await acts.reply(standing)
        case "people":
            return await acts.hold(standing)
        case "bot":
            return await acts.end(standing, "hand_back")
        case "resolved":
            return await acts.end(standing, "resolve")
    return "unknown"


def _there_already(parcel: Parcel, standing: Standing) -> list[str]:
    """Return the keys of what the product has, because it came from there."""
    if parcel.kind == "reply":
        return [reply_key(event_id_of(parcel.thread_id, parcel.key, "reply"))]
    if parcel.kind in {"bot", "resolved"} and standing.handoff and standing.owner == "human":
        # It has not had the packet where it never heard of the handoff: then it need not.
        return [packet_key(standing.handoff), end_key(standing.handoff)]
    return []


async def _mark(channels: Channels, place: Place, keys: list[str]) -> None:
    for key in keys:
        parcel = Parcel(place.thread_id, "out", key, "there", "", place.opened_at, {})
        if await channels.keep(place, parcel):
            await channels.done(parcel, THERE, place.opened_at)


async def _say(runs: Runs, place: Place, parcel: Parcel) -> None:
    body = parcel.body
    customer = User(
        id=login_of(place.channel, place.thread_id), role="customer", name=body["name"],
        customer_id=body["customer_id"], verified=body["verified"], locale=body["locale"],
        time_zone=body["time_zone"], channel=place.channel,
    )  # fmt: skip
    message = message_id_of(place.channel, parcel.key)
    await runs.say(place.thread_id, message, body["text"], customer)


async def _shown(typing: Callable[[], Awaitable[None]]) -> None:
    """Show that somebody writes; an answer does not wait for it, nor fail with it."""
    with suppress(NotSent, TimeoutError):
        async with asyncio.timeout(TYPING_SECONDS):
            await typing()
