"""How much customers may send, and how much is worked on at once: what is beyond it is told so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from handrail.app.access.address import Proxies
from handrail.app.access.limit import Counter, Limit
from handrail.app.access.user import User
from handrail.app.problems import Problem
from handrail.graph.settings import Settings, plain
from handrail.models import meters as ours
from handrail.models import telemetry_names as names
from handrail.models.wording import Wording

BUSY_SECONDS = 5  # after these it may be worth another try
EVERYBODY = "everybody"


def _none(what: str) -> Limit:
    return Limit("0", what=what)


@dataclass
class Flow:
    """The limits on messages of customers and visitors; agents and back ends have none.

    `at_once` is how many turns of customers this process works on or has waiting; 0 sets no limit.
    `characters` and `messages` are for the input of one run.
    """

    per_customer: Limit = field(default_factory=lambda: _none("customer"))
    per_address: Limit = field(default_factory=lambda: _none("address"))
    overall: Limit = field(default_factory=lambda: _none("overall"))
    at_once: int = 0
    characters: int = 50_000
    messages: int = 20
    proxies: Proxies = field(default_factory=Proxies)
    wording: Wording = field(default_factory=Wording)
    running: int = field(default=0, init=False)

    async def count(self, user: User, address: str | None) -> None:
        """Count a message; `address` is None where no browser sent it. Raises Problem 429."""
        places = (
            (self.per_customer, user.id),
            (self.per_address, address),
            (self.overall, EVERYBODY),
        )
        for limit, place in places:
            wait = await limit.hit(place) if place is not None else None
            if wait is not None:
                kind = "too_busy" if limit is self.overall else "too_many_messages"
                raise self.refused(429, kind, limit.what, user, wait=wait)

    @asynccontextmanager
    async def turn(self, user: User) -> AsyncIterator[None]:
        """Keep a place for a turn while the block runs. Raises Problem 503 where all are taken."""
        if self.at_once and self.running >= self.at_once:
            raise self.refused(503, "too_busy", "busy", user, wait=BUSY_SECONDS)
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1

    def measure(self, given: Any, user: User) -> None:
        """Look how much one input says. Raises Problem 413."""
        messages = given.get("messages") if isinstance(given, dict) else None
        listed = messages if isinstance(messages, list) else [messages]
        if len(listed) > self.messages or _characters(listed) > self.characters:
            raise self.refused(413, "too_large", "size", user)

    def refused(
        self, status: int, kind: str, what: str, user: User, *, wait: int | None = None
    ) -> Problem:
        """Return what the caller is told, in their language, and count it by `what` it was."""
        ours.meters.refused.add(1, {names.LIMIT: what})
        detail = self.wording.say(f"not_taken.{kind}", (user.locale or "en")[:2].lower())
        headers = {"Retry-After": str(wait)} if wait else None
        return Problem(status, kind, detail, headers=headers, limit=what)


def open_flow(settings: Settings, counter: Counter) -> Flow:
    """Return the limits that the settings describe; blocking. Raises BadSecret."""

    def limit(what: str, rate: str) -> Limit:
        return Limit(rate, counter, what, f"HANDRAIL_{what.upper()}_LIMIT")

    return Flow(
        per_customer=limit("customer", settings.customer_limit),
        per_address=limit("address", settings.address_limit),
        overall=limit("overall", settings.overall_limit),
        at_once=settings.turns_at_once,
        characters=settings.input_characters,
        messages=settings.input_messages,
        proxies=Proxies.listed(settings.trusted_proxies),
    )


def open_counter(settings: Settings) -> Counter:
    """Return what counts for this process. Raises BadAddress."""
    return Counter.open(plain(settings.limits_url))


def _characters(part: Any) -> int:
    """Count the characters of all texts, in whichever shape a message comes."""
    if isinstance(part, str):
        return len(part)
    if isinstance(part, dict):
        return sum(_characters(each) for each in part.values())
    return sum(_characters(each) for each in part) if isinstance(part, list) else 0
