"""What a run is given from outside: who is asking, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Context:
    """Who is asking. On a server this comes from the authenticated user, never from a message.

    `customer_id` is None for a visitor; `verified` says that the host vouches for the customer;
    `role` is who sends this run; `actor` is the agent's id for events from the desk, `actor_name`
    the name that customers read; `locale` is a language code such as "en" or "pt-BR".
    """

    customer_id: str | None = None
    verified: bool = False
    locale: str = "en"
    channel: str = "chat"
    role: Literal["customer", "agent", "service"] = "customer"
    actor: str | None = None
    actor_name: str | None = None
