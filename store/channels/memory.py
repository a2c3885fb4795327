"""Deliveries in memory: for tests, and for a product in one process that may forget them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from handrail.store.channels.protocol import AccountLink, Direction, Lease, Parcel, Place


@dataclass
class _Kept:
    parcel: Parcel
    number: int
    status: str = "waiting"
    outcome: str = ""


class MemoryChannels:
    """Keep deliveries in dictionaries."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._last: dict[str, str] = {}
        self._parcels: dict[tuple[str, Direction, str], _Kept] = {}
        self._leases: dict[str, Lease] = {}
        self._links: dict[tuple[str, str], AccountLink] = {}

    async def keep(self, place: Place, parcel: Parcel) -> bool:
        """Keep a delivery, and the conversation where it is new."""
        known = self._places.setdefault(place.thread_id, place)
        if known.customer_id is None and place.customer_id is not None:
            self._places[place.thread_id] = replace(known, customer_id=place.customer_id)
        name = (parcel.thread_id, parcel.direction, parcel.key)
        if name in self._parcels:
            return False
        self._parcels[name] = _Kept(parcel, len(self._parcels))
        last = self._last.get(place.thread_id, "")
        self._last[place.thread_id] = max(last, parcel.due_at)
        return True

    async def place(self, thread_id: str) -> Place | None:
        """Return a conversation."""
        return self._places.get(thread_id)

    async def places_of(self, customer_id: str) -> Sequence[Place]:
        """Return a customer's conversations, the newest first."""
        found = [place for place in self._places.values() if place.customer_id == customer_id]
        return sorted(found, key=lambda it: (it.opened_at, it.thread_id), reverse=True)

    async def places_since(self, moment: str) -> Sequence[Place]:
        """Return the conversations that had a delivery since a moment."""
        return [self._places[thread] for thread, at in sorted(self._last.items()) if at >= moment]

    async def changed(self, thread_id: str, moment: str) -> None:
        """Note the moment of a change."""
        place = self._places[thread_id]
        self._places[thread_id] = replace(place, changed_at=max(place.changed_at or "", moment))

    async def due(self, now: str, limit: int = 20) -> Sequence[str]:
        """Return threads with something due that nobody works on."""
        waiting: dict[str, str] = {}
        for kept in self._parcels.values():
            thread, at = kept.parcel.thread_id, kept.parcel.due_at
            held = self._leases.get(thread)
            if kept.status == "waiting" and at <= now and not (held and held.until > now):
                waiting[thread] = min(waiting.get(thread, at), at)
        return sorted(waiting, key=lambda thread: (waiting[thread], thread))[:limit]

    async def lease(self, thread_id: str, now: str, until: str) -> Lease | None:
        """Take a conversation for oneself."""
        held = self._leases.get(thread_id)
        if thread_id not in self._places or (held and held.until > now):
            return None
        self._leases[thread_id] = Lease(thread_id, uuid4().hex, until)
        return self._leases[thread_id]

    async def renew(self, lease: Lease, until: str) -> bool:
        """Keep a conversation longer."""
        held = self._leases.get(lease.thread_id)
        if held is None or held.token != lease.token:
            return False
        self._leases[lease.thread_id] = replace(held, until=until)
        return True

    async def release(self, lease: Lease) -> None:
        """Let go of a conversation."""
        held = self._leases.get(lease.thread_id)
        if held and held.token == lease.token:
            del self._leases[lease.thread_id]

    async def next(self, thread_id: str, direction: Direction) -> Parcel | None:
        """Return the first parcel in order that is not done."""
        waiting = [
            kept
            for kept in self._parcels.values()
            if kept.status == "waiting"
            and (kept.parcel.thread_id, kept.parcel.direction) == (thread_id, direction)
        ]
        waiting.sort(key=lambda kept: (kept.parcel.at, kept.parcel.sequence, kept.number))
        return waiting[0].parcel if waiting else None

    async def keys(self, thread_id: str, direction: Direction) -> set[str]:
        """Return the keys of all parcels of a conversation."""
        mine = (thread_id, direction)
        return {key for thread, way, key in self._parcels if (thread, way) == mine}

    async def done(self, parcel: Parcel, outcome: str, at: str) -> None:
        """Record what a parcel came to."""
        kept = self._kept(parcel)
        kept.status, kept.outcome = "done", outcome
        kept.parcel = replace(kept.parcel, body={}, due_at=at)

    async def failed(self, parcel: Parcel, error: str, due_at: str | None) -> None:
        """Record a failed attempt."""
        kept = self._kept(parcel)
        if kept.status != "waiting" or kept.parcel.attempts != parcel.attempts:
            return
        kept.outcome = error
        kept.status = "dead" if due_at is None else "waiting"
        kept.parcel = replace(parcel, attempts=parcel.attempts + 1, due_at=due_at or parcel.due_at)

    async def link(self, link: AccountLink) -> AccountLink:
        """Keep a link."""
        return self._links.setdefault((link.channel, link.user), link)

    async def unlink(self, channel: str, user: str, customer_id: str) -> bool:
        """Take a link back."""
        found = self._links.get((channel, user))
        if found is None or found.customer_id != customer_id:
            return False
        del self._links[channel, user]
        return True

    async def linked(self, channel: str, user: str) -> AccountLink | None:
        """Return the link of an external user."""
        return self._links.get((channel, user))

    async def links_of(self, customer_id: str) -> Sequence[AccountLink]:
        """Return the links of a customer."""
        found = [link for link in self._links.values() if link.customer_id == customer_id]
        return sorted(found, key=lambda link: (link.channel, link.user))

    def _kept(self, parcel: Parcel) -> _Kept:
        return self._parcels[parcel.thread_id, parcel.direction, parcel.key]
