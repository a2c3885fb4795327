"""Play the conversations of one fault while it strikes, then look at the world."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

import httpx

from handrail.app.chaos.agent import act
from handrail.app.chaos.customer import Customer
from handrail.app.chaos.outcome import handoff_of
from handrail.app.chaos.played import Acted, Conversation, Said
from handrail.app.chaos.proof import Findings, judge
from handrail.app.chaos.scene import Fault, Scene
from handrail.app.chaos.scripts import first
from handrail.app.chaos.sink import again, doubled
from handrail.app.chaos.tokens import lasting_tokens
from handrail.app.chaos.world import World, look, settled
from handrail.app.shop.server import Tokens

CUSTOMERS_AT_ONCE = 12
SPREAD_SECONDS = 30.0  # over which the customers come
READ_SECONDS = 40.0


@dataclass
class Result:
    """What one fault did, and what was found afterwards."""

    fault: Fault
    struck: list[str]
    played: list[Conversation]
    world: World
    findings: Findings
    seconds: list[float]
    webhooks: dict[str, int]
    took: float
    agents: dict[str, int] = field(default_factory=dict)

    @property
    def kept(self) -> bool:
        """Tell whether the promise was kept."""
        unsent = self.world.unsent or self.world.dead_letters
        refused = self.agents.get("not done", 0)
        late = max(self.seconds, default=0.0) > self.fault.seconds
        wrong = unsent or refused or late or self.webhooks["doubled"]
        return self.findings.are_none() and not wrong

    def as_row(self) -> dict[str, Any]:
        """Return the figures of the table; seconds are None where nobody saw an outcome."""
        said = [each for one in self.played for each in one.said]
        times = sorted(self.seconds)
        return {
            "fault": self.fault.name,
            "conversations": len(self.played),
            "messages": len(said),
            "accepted": sum(each.accepted for each in said),
            "cut_short": self.world.taken_up_again,
            "sent_again": sum(each.tries > 1 for each in said),
            "lost": len(self.findings.lost),
            "doubled": len(self.findings.doubled) + self.webhooks["doubled"],
            "ai_while_human": len(self.findings.spoken_over),
            "without_owner": len(self.findings.without_owner),
            "median_s": round(median(times), 2) if times else None,
            "p95_s": round(quantiles(times, n=20)[-1], 2) if len(times) > 1 else None,
            "max_s": round(times[-1], 2) if times else None,
            "promised_s": self.fault.seconds,
            "kept": self.kept,
        }


async def run(fault: Fault, scene: Scene, conversations: int) -> Result:
    """Play so many conversations under a fault, and judge."""
    began = time.monotonic()
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(
        base_url=scene.stack.url, timeout=READ_SECONDS, limits=limits
    ) as http:
        tokens, turn = lasting_tokens(scene.stack.jwt_secret), asyncio.Semaphore(CUSTOMERS_AT_ONCE)
        played = [
            Conversation(str(uuid4()), f"chaos-{uuid4().hex[:12]}", script)
            for script in first(conversations)
        ]
        striking = asyncio.create_task(fault.strike(scene))
        await asyncio.gather(
            *(_play(one, http, tokens, turn, scene=scene, fault=fault) for one in played)
        )
        scene.over.set()
        await striking
        databases = scene.stack.databases
        await settled(databases, [one.thread for one in played])
        world = await look(
            http, databases, {one.thread: customer_headers(tokens, one) for one in played}
        )
    arrived = scene.sink.of({it["id"] for kept in world.kept.values() for it in kept.handoffs})
    acts = [each for one in played for each in one.acts]
    return Result(
        fault, scene.struck, played, world, judge(played, world.kept),
        [each.seconds for one in played for each in one.said if each.seconds is not None],
        {
            "notifications": world.notifications, "deliveries": len(arrived),
            "distinct": len({it.id for it in arrived}), "doubled": doubled(arrived),
            "taken_again": again(arrived), "unsent": world.unsent, "dead": world.dead_letters,
        },
        time.monotonic() - began,
        _sorted_out(acts),
    )  # fmt: skip


async def _play(
    one: Conversation, http: httpx.AsyncClient, tokens: Tokens, turn: asyncio.Semaphore,
    *, scene: Scene, fault: Fault,
) -> None:  # fmt: skip
    """Be one customer, and the agent who looks after them."""
    await asyncio.sleep(scene.random.uniform(0, SPREAD_SECONDS))
    async with turn:
        customer = Customer(http, one.thread, customer_headers(tokens, one), twice=fault.twice)
        await customer.open()
        values = await _say(customer, one, one.script.says)
        handoff = handoff_of(values)
        for kind in one.script.desk if handoff else ():
            one.acts.append(await act(http, agent_headers(tokens), handoff or "", kind))
        if one.script.then:
            await _say(customer, one, one.script.then)


def _sorted_out(acts: Sequence[Acted]) -> dict[str, int]:
    """Return how many acts were done, and how many not, those by kind and last status too."""
    undone = [it for it in acts if not httpx.codes.is_success(it.status)]
    kinds = Counter(f"{it.act}: {it.status}" for it in undone)
    return {"done": len(acts) - len(undone), "not done": len(undone), **kinds}


async def _say(customer: Customer, one: Conversation, text: str) -> dict[str, Any]:
    said = Said(str(uuid4()), text)
    one.said.append(said)
    return await customer.say(said)


def customer_headers(tokens: Tokens, one: Conversation) -> dict[str, str]:
    """Return the headers of a conversation's customer."""
    token = tokens.sign(
        sub=one.owner, role="customer", customer_id=one.script.customer, verified=True
    )
    return {"Authorization": f"Bearer {token}"}


def agent_headers(tokens: Tokens) -> dict[str, str]:
    """Return the headers of somebody at the desk."""
    return {"Authorization": f"Bearer {tokens.sign(sub='ines', role='agent', name='Ines')}"}
