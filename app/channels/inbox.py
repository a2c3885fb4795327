"""The one way in: keep what a product delivers, then have it worked on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from handrail.app.channels.naming import key_of, thread_id_of
from handrail.app.channels.protocol import Channel, CustomerMessage, Incoming, PersonReply
from handrail.app.channels.worker import Worker
from handrail.graph.clock import iso, now
from handrail.graph.context import Context
from handrail.graph.door import at_the_door
from handrail.graph.services import Services
from handrail.models.redaction import strip_secrets
from handrail.store.base import storable
from handrail.store.channels.protocol import Parcel, Place

log = structlog.get_logger("handrail")

SETTLE = timedelta(seconds=0.4)  # deliveries of one moment may overtake each other on the way


@dataclass
class Inbox:
    """What comes in from the channels of this server, by their names."""

    channels: Mapping[str, Channel]
    worker: Worker
    settle: timedelta = SETTLE
    _working: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    async def take(self, channel: Channel, incoming: Incoming, services: Services) -> bool:
        """Keep a delivery; True if it is new. Raises StoreDown: then the product sends it again."""
        thread = thread_id_of(channel.name, incoming.conversation)
        body = await _body(channel, incoming, services, thread)
        at = now()
        place = Place(
            thread, channel.name, storable(incoming.conversation), body.get("customer_id"), iso(at)
        )
        parcel = Parcel(
            thread, "in", key_of(incoming.id), _kind(incoming), precise(incoming.at),
            precise(at + self.settle), body, incoming.sequence,
        )  # fmt: skip
        new = await services.channels.keep(place, parcel)
        await log.ainfo("delivery", channel=channel.name, thread=thread, kind=parcel.kind, new=new)
        return new

    def nudge(self, thread_id: str) -> None:
        """Work on a conversation soon; the duty comes by as well, should this process end."""
        task = asyncio.create_task(self.worker.work(thread_id), name=f"channel {thread_id}")
        self._working.add(task)
        task.add_done_callback(self._ended)

    async def settled(self) -> None:
        """Wait until all that was nudged is worked on."""
        while self._working:
            await asyncio.wait(set(self._working))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            log.error("channel_work_waits", problem=type(problem).__name__)


def precise(moment: datetime) -> str:
    """Return a moment that sorts as text, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _kind(incoming: Incoming) -> str:
    if isinstance(incoming, CustomerMessage):
        return "message"
    return "reply" if isinstance(incoming, PersonReply) else incoming.holder


async def _body(
    channel: Channel, incoming: Incoming, services: Services, thread: str
) -> dict[str, Any]:
    """Return a delivery as plain JSON, without secrets."""
    if not isinstance(incoming, CustomerMessage):
        agent = incoming.agent
        text = incoming.text if isinstance(incoming, PersonReply) else ""
        return {
            "agent": {"id": storable(agent.id), "name": storable(agent.name)} if agent else None,
            "text": storable(strip_secrets(text)),
        }
    who, identity = incoming.who, channel.identity(incoming.who)
    customer = identity.customer_id
    if customer is None:
        link = await services.channels.linked(channel.name, who.id)
        customer = link.customer_id if link else None
    verified = identity.verified and customer is not None
    context = Context(customer_id=customer, verified=verified)
    text = await at_the_door(services, context, thread, incoming.text)
    if incoming.attachments:
        text = f"{text}\n[attachments: {incoming.attachments}]".strip()
    return {
        "text": storable(text), "name": storable(who.name) if who.name else None,
        "customer_id": customer, "verified": verified, "locale": who.locale,
        "time_zone": who.time_zone, "held": incoming.held,
    }  # fmt: skip
