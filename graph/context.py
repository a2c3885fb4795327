"""What a run is given from outside: who is asking, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.time_zones import time_zone

Role = Literal["customer", "agent", "service"]
DESK_ROLES: frozenset[Role | None] = frozenset({"agent", "service"})
USER = "langgraph_auth_user"  # where a LangGraph server puts who signed in


@dataclass(frozen=True)
class Context:
    """Who is asking. On a server this comes from the authenticated user, never from a message.

    `customer_id` is None for a visitor; `verified` says that the host vouches for the customer;
    `role` is who sends this run; `actor` is the agent's id for events from the desk, `actor_name`
    the name that customers read; `locale` is a language code such as "en" or "pt-BR", `time_zone`
    an IANA name such as "Europe/Lisbon" where the host knows it.
    """

    customer_id: str | None = None
    verified: bool = False
    locale: str = "en"
    time_zone: str | None = None
    channel: str = "chat"
    role: Role = "customer"
    actor: str | None = None
    actor_name: str | None = None

    @property
    def at_the_desk(self) -> bool:
        """Tell whether this is somebody known who works at the desk."""
        return self.role in DESK_ROLES and bool(self.actor)


def asking(runtime: Runtime[Context], config: RunnableConfig) -> Context:
    """Return who is asking: the signed-in user where a server knows one, else what was given.

    With a signed-in user, a context that came with the run counts for nothing, except from a
    developer on their own machine.
    """
    given = runtime.context or Context()
    user = config.get("configurable", {}).get(USER)
    if user is None or (fact(user, "developer") is True and given != Context()):
        return given
    role = fact(user, "role")
    if role not in get_args(Role):
        return Context()
    customer = fact(user, "customer_id")
    return Context(
        customer_id=customer,
        verified=customer is not None and fact(user, "verified") is True,
        locale=fact(user, "locale") or "en",
        time_zone=time_zone(fact(user, "time_zone")),
        channel=fact(user, "channel") or "chat",
        role=cast("Role", role),
        # An agent may act under the login of the thread's owner; who acts is said apart then.
        actor=None if role == "customer" else fact(user, "actor") or fact(user, "identity"),
        actor_name=fact(user, "name"),
    )


def fact(user: Any, name: str) -> Any:
    """Return a fact about a user, a mapping on some servers and an object on others."""
    if isinstance(user, Mapping):
        return user.get(name)
    return getattr(user, name, None)
