"""What a channel is: a chat product of somebody else, in which customers and agents write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from handrail.graph.state import Citation
from handrail.store.handoffs.protocol import HandoffPacket

Holder = Literal["people", "bot", "resolved"]


class NotTheirs(Exception):
    """A delivery was not signed by the product, or not just now. Says what is wrong with it."""


class Unreadable(ValueError):
    """A delivery is signed, and has a shape that the product's documentation does not know."""


@dataclass(frozen=True)
class Who:
    """A customer as the product knows them.

    `customer_id` is the id that the host product gave them, and `vouched` says that the product
    has checked that it is theirs.
    """

    id: str
    name: str | None = None
    customer_id: str | None = None
    vouched: bool = False
    locale: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True)
class Agent:
    """A person who works in the product."""

    id: str
    name: str


@dataclass(frozen=True)
class CustomerMessage:
    """A customer wrote. `id` is the product's; `at` and `sequence` put messages in order.

    `held` says that people had the conversation in the product when it was written.
    """

    conversation: str
    id: str
    who: Who
    text: str
    at: datetime
    attachments: int = 0
    sequence: int = 0
    held: bool = False


@dataclass(frozen=True)
class PersonReply:
    """An agent answered in the product; the customer has the words already."""

    conversation: str
    id: str
    agent: Agent
    text: str
    at: datetime
    sequence: int = 0


@dataclass(frozen=True)
class HolderChange:
    """Who has it has changed in the product; `agent` is None where it does not say by whom."""

    conversation: str
    id: str
    holder: Holder
    agent: Agent | None
    at: datetime
    sequence: int = 0


Incoming = CustomerMessage | PersonReply | HolderChange


@dataclass(frozen=True)
class Call:
    """One HTTP call of the product: headers with small letters, and what its path ends in."""

    headers: Mapping[str, str]
    body: bytes
    secret: str | None = None


@dataclass(frozen=True)
class Received:
    """What came in by a call, and what the product is answered once it is kept."""

    incoming: Sequence[Incoming] = ()
    status: int = 200
    body: str = ""
    media_type: str = "application/json"


@dataclass(frozen=True)
class Outgoing:
    """A text for the customer. `again` says that it may have arrived before: look first."""

    id: str
    text: str
    citations: Sequence[Citation] = field(default_factory=tuple)
    again: bool = False


@dataclass(frozen=True)
class Identity:
    """Which customer of the house somebody is, and whether that is beyond doubt."""

    customer_id: str | None = None
    verified: bool = False


class Channel(Protocol):
    """One chat product. `name` stands on every figure, and never changes.

    What goes out raises NotSent (app/notify/protocol.py).
    """

    name: str

    async def receive(self, call: Call) -> Received:
        """Check a call and read what it brings. Raises NotTheirs or Unreadable."""
        ...

    def identity(self, who: Who) -> Identity:
        """Say which customer this is; only what the product vouches for is verified."""
        ...

    async def send(self, conversation: str, message: Outgoing) -> None:
        """Say something to the customer."""
        ...

    async def typing(self, conversation: str) -> None:
        """Show that an answer is being written."""
        ...

    async def handoff(
        self, conversation: str, packet: HandoffPacket, desk_url: str | None, *, again: bool
    ) -> None:
        """Give the conversation to people, with what they need to know."""
        ...

    async def hand_back(self, conversation: str) -> None:
        """Say that the bot has it again."""
        ...

    async def close(self, conversation: str) -> None:
        """Say that it is over."""
        ...

    async def survey(self, conversation: str, message: Outgoing, url: str) -> None:
        """Ask the customer how it was; the text of the message holds the address."""
        ...
