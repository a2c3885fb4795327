"""Handoffs in memory: for replay and tests, gone when the process ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal, TypeVar, cast

from handrail.store.handoffs import telling
from handrail.store.handoffs.changes import changed, is_wanted
from handrail.store.handoffs.ownership import refusal
from handrail.store.handoffs.protocol import (
    Entry,
    HandoffPacket,
    Note,
    Outcome,
    Standing,
    Step,
    UnknownHandoff,
    Wanted,
)
from handrail.store.notifications.protocol import Notification, Notifications

T = TypeVar("T")
STANDING = tuple(Standing.__annotations__)


class MemoryHandoffs:
    """Keep the same promises as the SQL adapter, in a dictionary."""

    def __init__(self, notifications: Notifications | None = None) -> None:
        """Tell `notifications` what there is to tell; without it nobody is told."""
        self._notifications = notifications
        self._by_id: dict[str, HandoffPacket] = {}
        self._id_of: dict[str, str] = {}
        self._events: dict[str, str] = {}

    async def open(self, packet: HandoffPacket) -> tuple[Standing, bool]:
        """Keep a packet, once for each key."""
        known = self._id_of.get(packet["key"])
        if known is not None:
            return _standing(self._by_id[known]), False
        self._by_id[packet["id"]] = _copy(packet)
        self._id_of[packet["key"]] = packet["id"]
        await self._tell(telling.opened(packet))
        return _standing(packet), True

    async def append(self, handoff_id: str, entries: Sequence[Entry]) -> None:
        """Add messages to the transcript, each message id once."""
        packet = self._packet(handoff_id)
        known = {entry["id"] for entry in packet["transcript"] if entry["id"]}
        for entry in entries:
            if entry["id"] not in known:
                packet["transcript"].append(_copy(entry))
                position = len(packet["transcript"])
                await self._tell(telling.written(packet, entry, position, packet["created_at"]))
                known |= {entry["id"]} - {""}
                if entry["role"] == "customer" and not packet["waiting_since"]:
                    packet["waiting_since"] = entry["at"]

    async def act(self, handoff_id: str, step: Step) -> Outcome:
        """Carry out a step, or say why not."""
        if step.event_id in self._events:
            done = self._packet(self._events[step.event_id])
            return Outcome(_standing(done), repeated=True)
        packet = self._packet(handoff_id)
        problem = refusal(packet["status"], packet["owner"], step.act, step.actor)
        if problem:
            return Outcome(_standing(packet), problem)
        self._events[step.event_id] = handoff_id
        if step.act == "note":
            packet["notes"].append(
                Note(id=step.event_id, by=step.actor, text=step.text or "", at=step.at)
            )
        packet.update(changed(_standing(packet), step))  # type: ignore[typeddict-item]
        await self._tell(telling.done(packet, step))
        return Outcome(_standing(packet))

    async def done(self, event_id: str) -> Standing | None:
        """Return how the handoff stands that this event was carried out on."""
        known = self._events.get(event_id)
        return _standing(self._by_id[known]) if known else None

    async def standing(self, key: str) -> Standing | None:
        """Return how the handoff of "thread:episode" stands."""
        known = self._id_of.get(key)
        return _standing(self._by_id[known]) if known else None

    async def get(self, handoff_id: str, entries: int | None = None) -> HandoffPacket | None:
        """Return a packet with its transcript or the first `entries`, None for no such id."""
        found = _copy(self._by_id.get(handoff_id))
        return found and {**found, "transcript": found["transcript"][:entries]}

    async def transcript(self, handoff_id: str, after: int = 0, limit: int = 50) -> Sequence[Entry]:
        """Return at most `limit` messages after the first `after`, oldest first."""
        return _copy(self._packet(handoff_id)["transcript"][after : after + limit])

    async def list(self, wanted: Wanted | None = None) -> Sequence[Standing]:
        """Return how the wanted handoffs stand, those due first coming first."""
        asked = wanted or Wanted()
        found = [_standing(p) for p in self._by_id.values() if is_wanted(p, asked)]
        by: Literal["closed_at", "due_at"] = "closed_at" if asked.finished else "due_at"
        found.sort(key=lambda one: (one[by] or "", one["created_at"], one["id"]))
        if asked.finished:
            found.reverse()
        ids = [standing["id"] for standing in found]
        start = ids.index(asked.after) + 1 if asked.after in ids else 0
        return found[start:][: asked.limit]

    async def _tell(self, notification: Notification | None) -> None:
        if self._notifications and notification:
            await self._notifications.add(notification)

    def _packet(self, handoff_id: str) -> HandoffPacket:
        if handoff_id not in self._by_id:
            raise UnknownHandoff(handoff_id)
        return self._by_id[handoff_id]


def _standing(packet: Standing) -> Standing:
    return cast("Standing", _copy({name: packet[name] for name in STANDING}))  # type: ignore[literal-required]


def _copy(plain: T) -> T:
    """Copy plain JSON: ten times faster than copy.deepcopy, and replay opens many packets."""
    return cast("T", json.loads(json.dumps(plain)))
