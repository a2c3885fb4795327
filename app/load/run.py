"""Two hundred customers at once, who read and think between their messages, and agents beside."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from handrail.app.chaos.agent import act
from handrail.app.chaos.customer import Customer
from handrail.app.chaos.outcome import handoff_of
from handrail.app.chaos.played import Conversation, Said
from handrail.app.chaos.proof import Findings, judge
from handrail.app.chaos.run import agent_headers, customer_headers
from handrail.app.chaos.scripts import SCRIPTS, Script
from handrail.app.chaos.tokens import lasting_tokens
from handrail.app.chaos.world import look, settled
from handrail.app.load.watch import Seen, Watch
from handrail.app.prod.stack import Stack
from handrail.app.shop.server import Tokens

THINKING = (8.0, 20.0)  # seconds between what a customer reads and what they write next
COMING = 20.0  # seconds over which the first customers come
READ_SECONDS = 60.0
ANNOUNCED = frozenset({429, 503})


@dataclass
class Answers:
    """Every answer of the server, by status; `broken` are calls that got none."""

    by_status: Counter[int] = field(default_factory=Counter)
    unannounced: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    async def note(self, answer: httpx.Response) -> None:
        """Count an answer, as an event hook of the client."""
        self.by_status[answer.status_code] += 1
        told = answer.status_code in ANNOUNCED and "retry-after" in answer.headers
        if answer.status_code >= httpx.codes.BAD_REQUEST and not told:
            self.unannounced.append(f"{answer.status_code} {answer.request.url.path}")

    @property
    def announced(self) -> int:
        """Count the refusals that said when to come again."""
        refused = sum(self.by_status[status] for status in ANNOUNCED)
        return refused - sum(line[:3] in {"429", "503"} for line in self.unannounced)


class Listening(httpx.AsyncHTTPTransport):
    """Write down the calls that got no answer, and go on."""

    def __init__(self, answers: Answers, **options: Any) -> None:
        super().__init__(**options)
        self._answers = answers

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a call on. Raises what httpx raises."""
        try:
            return await super().handle_async_request(request)
        except httpx.TransportError as problem:
            self._answers.broken.append(f"{type(problem).__name__} {request.url.path}")
            raise


@dataclass
class Load:
    """What came of it: conversations, the server's answers, what was seen of it meanwhile."""

    played: list[Conversation]
    answers: Answers
    seen: list[Seen]
    findings: Findings
    unfinished: int
    took: float

    @property
    def messages(self) -> list[Said]:
        """Return every message that a customer sent."""
        return [said for one in self.played for said in one.said]

    @property
    def holds(self) -> bool:
        """Tell whether nothing went wrong but what was announced."""
        waited = [said for said in self.messages if said.seconds is None]
        wrong = self.answers.unannounced or self.answers.broken or waited or self.unfinished
        return self.findings.are_none() and not wrong


async def load(stack: Stack, at_once: int, seconds: float, random: Random) -> Load:
    """Keep so many conversations going for so long, let them end, and look at all of them."""
    began = time.monotonic()
    answers, watch, tokens = Answers(), Watch(stack), lasting_tokens(stack.jwt_secret)
    played: list[Conversation] = []
    scripts, ends = cycle(SCRIPTS), began + seconds
    limits = httpx.Limits(max_connections=at_once * 2, max_keepalive_connections=at_once)
    async with httpx.AsyncClient(
        base_url=stack.url, timeout=READ_SECONDS, event_hooks={"response": [answers.note]},
        transport=Listening(answers, limits=limits),
    ) as http:  # fmt: skip
        watching = asyncio.create_task(watch.look_forever())
        await asyncio.gather(
            *(
                _customers(http, tokens, scripts, played, ends=ends, random=random)
                for _ in range(at_once)
            )
        )
        took = time.monotonic() - began
        await settled(stack.databases, [one.thread for one in played])
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        headers = {one.thread: customer_headers(tokens, one) for one in played}
        world = await look(http, stack.databases, headers)
    found = judge(played, world.kept)
    return Load(played, answers, watch.seen, found, world.unfinished_runs, took)


async def _customers(
    http: httpx.AsyncClient, tokens: Tokens, scripts: Iterator[Script],
    played: list[Conversation], *, ends: float, random: Random,
) -> None:  # fmt: skip
    """Be one customer after the other, until it is time to end."""
    await asyncio.sleep(random.uniform(0, COMING))  # nosec B311
    while time.monotonic() < ends:
        one = Conversation(str(uuid4()), f"load-{uuid4().hex[:12]}", next(scripts))
        played.append(one)
        customer = Customer(http, one.thread, customer_headers(tokens, one), twice=False)
        await customer.open()
        values = await _say(customer, one, one.script.says)
        await _think(random)
        handoff = handoff_of(values)
        for kind in one.script.desk if handoff else ():
            one.acts.append(await act(http, agent_headers(tokens), handoff or "", kind))
        if one.script.then:
            await _say(customer, one, one.script.then)
            await _think(random)


async def _say(customer: Customer, one: Conversation, text: str) -> dict[str, Any]:
    said = Said(str(uuid4()), text)
    one.said.append(said)
    return await customer.say(said)


async def _think(random: Random) -> None:
    await asyncio.sleep(random.uniform(*THINKING))  # nosec B311


def seconds_of(said: Sequence[Said]) -> list[float]:
    """Return how long each outcome took, where there was one."""
    return [each.seconds for each in said if each.seconds is not None]
