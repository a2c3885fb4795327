"""Who signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast, get_args

from handrail.graph.context import DESK_ROLES, Role, fact


@dataclass(frozen=True)
class User:
    """One caller. `developer` is somebody without a token on the machine they develop on.

    `role` is None for nobody in particular, who may do nothing. With `thread`, this is an agent,
    `actor`, who acts on that one thread under the `id` of its owner.
    """

    id: str
    role: Role | None
    name: str | None = None
    customer_id: str | None = None
    verified: bool = False
    locale: str | None = None
    time_zone: str | None = None
    developer: bool = False
    actor: str | None = None
    thread: str | None = None
    channel: str | None = None

    @property
    def at_the_desk(self) -> bool:
        """Tell whether this caller may work at the desk: not by what is good for one run only."""
        return self.role in DESK_ROLES and self.thread is None

    def facts(self) -> dict[str, Any]:
        """Return what a LangGraph server keeps of a user, and gives to the graph."""
        return {
            "identity": self.id,
            "display_name": self.name or self.id,
            "is_authenticated": self.role is not None,
            "permissions": [self.role] if self.role else [],
            "role": self.role,
            "name": self.name,
            "customer_id": self.customer_id,
            "verified": self.verified,
            "locale": self.locale,
            "time_zone": self.time_zone,
            "developer": self.developer,
            "actor": self.actor,
            "thread": self.thread,
            "channel": self.channel,
        }


NOBODY = User(id="nobody", role=None)


def user_of(kept: Any) -> User:
    """Return the user in what a server kept; nobody where it is no user of ours."""
    role = fact(kept, "role")
    if role not in get_args(Role):
        return NOBODY
    return User(
        id=str(fact(kept, "identity")),
        role=cast("Role", role),
        name=fact(kept, "name"),
        customer_id=fact(kept, "customer_id"),
        verified=fact(kept, "verified") is True,
        locale=fact(kept, "locale"),
        time_zone=fact(kept, "time_zone"),
        developer=fact(kept, "developer") is True,
        actor=fact(kept, "actor"),
        thread=fact(kept, "thread"),
        channel=fact(kept, "channel"),
    )
