"""Deliveries from and to chat products, kept until each is done, in order per conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Direction = Literal["in", "out"]


@dataclass(frozen=True)
class Place:
    """A conversation of a product: `thread_id` is ours, `conversation` the product's name for it.

    `customer_id` is whose it is, None where nobody knows. `opened_at` is when it was first heard
    of. `changed_at` is the product's moment of the last change of who has it that was carried out.
    """

    thread_id: str
    channel: str
    conversation: str
    customer_id: str | None
    opened_at: str
    changed_at: str | None = None


@dataclass(frozen=True)
class Parcel:
    """One delivery. A `key` comes once in a conversation and direction, however often it is kept.

    `at` is the moment by which deliveries are put in order, to the microsecond, and `sequence`
    orders those of one moment. `body` holds plain JSON, without secrets; it is emptied when the
    parcel is done. `due_at` is when it may be worked on. `attempts` counts those that failed.
    """

    thread_id: str
    direction: Direction
    key: str
    kind: str
    at: str
    due_at: str
    body: dict[str, Any]
    sequence: int = 0
    attempts: int = 0


@dataclass(frozen=True)
class Lease:
    """A conversation that one worker alone works on, until `until`; `token` says which worker."""

    thread_id: str
    token: str
    until: str


@dataclass(frozen=True)
class AccountLink:
    """An external user who is a customer of the house, with their consent of `consent_at`."""

    channel: str
    user: str
    customer_id: str
    consent_at: str
    linked_by: str


class Channels(Protocol):
    """Keep deliveries, conversations and links. Every method raises StoreDown.

    Times are ISO 8601 in UTC.
    """

    async def keep(self, place: Place, parcel: Parcel) -> bool:
        """Keep a delivery, and the conversation where it is new. True if the delivery is new.

        A customer who was not known is added to a conversation that is there, never changed.
        """
        ...

    async def place(self, thread_id: str) -> Place | None:
        """Return a conversation, None where it is none of a product's."""
        ...

    async def places_of(self, customer_id: str) -> Sequence[Place]:
        """Return a customer's conversations, the newest first."""
        ...

    async def places_since(self, moment: str) -> Sequence[Place]:
        """Return the conversations that had a delivery since a moment."""
        ...

    async def changed(self, thread_id: str, moment: str) -> None:
        """Note the product's moment of a change of who has it; an earlier one changes nothing."""
        ...

    async def due(self, now: str, limit: int = 20) -> Sequence[str]:
        """Return threads with something due that nobody works on, the longest due first."""
        ...

    async def lease(self, thread_id: str, now: str, until: str) -> Lease | None:
        """Take a conversation for oneself; None where somebody has it."""
        ...

    async def renew(self, lease: Lease, until: str) -> bool:
        """Keep a conversation longer; False where somebody else has it by now."""
        ...

    async def release(self, lease: Lease) -> None:
        """Let go of a conversation."""
        ...

    async def next(self, thread_id: str, direction: Direction) -> Parcel | None:
        """Return the first parcel in order that is not done, due or not; None where none waits."""
        ...

    async def keys(self, thread_id: str, direction: Direction) -> set[str]:
        """Return the keys of all parcels of a conversation, those that are done too."""
        ...

    async def done(self, parcel: Parcel, outcome: str, at: str) -> None:
        """Record what a parcel came to, and forget what was in it."""
        ...

    async def failed(self, parcel: Parcel, error: str, due_at: str | None) -> None:
        """Record a failed attempt, to be tried again at `due_at`; None gives it up."""
        ...

    async def link(self, link: AccountLink) -> AccountLink:
        """Keep a link; return the one that stands: another one of that user is not replaced."""
        ...

    async def unlink(self, channel: str, user: str, customer_id: str) -> bool:
        """Take a link back; False where there was none."""
        ...

    async def linked(self, channel: str, user: str) -> AccountLink | None:
        """Return the link of an external user."""
        ...

    async def links_of(self, customer_id: str) -> Sequence[AccountLink]:
        """Return the links of a customer, by channel and user."""
        ...
