"""What people do in a product, carried out as events of the graph.

Whoever writes to the customer has the conversation: it is claimed for them first, also from the
assistant, and from a colleague by a transfer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from handrail.app.access.user import User
from handrail.app.channels.naming import agent_user, customer_user, event_id_of
from handrail.app.channels.protocol import Agent
from handrail.app.channels.runs import Runs, Standing
from handrail.app.desk.protocol import ThreadGone
from handrail.graph.state import Event
from handrail.store.channels.protocol import Parcel, Place
from handrail.store.handoffs.ownership import CLAIMED_BY

COARSE = timedelta(seconds=2)  # some products tell the time of a message to the second only
LATE = "late"
DONE = "done"
Ended = Literal["hand_back", "resolve"]


@dataclass(frozen=True)
class Acts:
    """The acts of one delivery on one conversation."""

    runs: Runs
    place: Place
    parcel: Parcel

    async def reply(self, standing: Standing) -> str:
        """Add an agent's words to the conversation; return what came of it."""
        if standing.owner != "human" and self.is_late(COARSE):
            return LATE  # written before somebody gave it back: it changes nothing any more
        agent = self._agent()
        if agent is None:
            return "nobody"
        refused = await self._take(standing, agent)
        refused = refused or await self._act("reply", agent, text=self.parcel.body["text"])
        return refused or DONE

    async def hold(self, standing: Standing) -> str:
        """Take it from the assistant for people; who has it already keeps it."""
        agent = self._agent()
        if standing.owner == "human":
            return "held already"
        if self.is_late():
            return LATE
        if agent is None or standing.owner == "closed" or not standing.messages:
            return "nothing to take"
        return await self._act("claim", agent) or DONE

    async def take_for_product(self) -> None:
        """Take it for whoever has it in the product, which did not tell us who that is."""
        await self._act("claim", self._product())

    async def end(self, standing: Standing, how: Ended) -> str:
        """Give it back to the assistant, or settle it."""
        if self.is_late():
            return LATE
        agent = self._agent()
        if standing.owner == "closed" or not standing.messages:
            return "nothing to end"
        if standing.owner == "ai":
            # Settled by a product without a word by whom is a customer who went away: not counted.
            if how == "hand_back" or agent is None:
                return "nothing to end"
            return await self._act("resolve", agent) or DONE
        agent = agent or self._holder(standing)
        refused = await self._take(standing, agent) or await self._act(how, agent)
        return refused or DONE

    async def _take(self, standing: Standing, agent: User) -> str | None:
        """Claim it for an agent; return why that cannot be."""
        if standing.claimed_by == agent.id:
            return None
        refused = await self._act("claim", agent)
        if refused and refused.startswith(CLAIMED_BY):
            refused = await self._act("transfer", agent, owner=agent.id)
            refused = refused or await self._act("claim", agent, again="2")
        return refused

    async def _act(self, kind: str, agent: User, *, again: str = "", **more: Any) -> str | None:
        name = event_id_of(self.place.thread_id, self.parcel.key, f"{kind}{again}")
        event: Event = {"type": kind, "id": name, **more}  # type: ignore[typeddict-item]
        try:
            return await self.runs.act(self.place.thread_id, event, agent)
        except ThreadGone:
            return "no_conversation"

    def _agent(self) -> User | None:
        said = self.parcel.body.get("agent")
        return agent_user(self.place.channel, Agent(**said)) if said else None

    def _holder(self, standing: Standing) -> User:
        """Return who has it, or the product itself where it waits for somebody."""
        channel = self.place.channel
        if standing.claimed_by:
            return User(id=standing.claimed_by, role="agent", channel=channel)
        return self._product()

    def _product(self) -> User:
        channel = self.place.channel
        return agent_user(channel, Agent("desk", channel.capitalize()))

    def is_late(self, tolerance: timedelta = timedelta()) -> bool:
        """Tell whether a later change of who has it was carried out already."""
        if self.place.changed_at is None:
            return False
        at, last = map(datetime.fromisoformat, (self.parcel.at, self.place.changed_at))
        return at + tolerance < last


def reader(place: Place) -> User:
    """Return the login by which a conversation is read."""
    return customer_user(place.channel, place.thread_id)
