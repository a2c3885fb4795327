"""Four weeks of the demo company's past, so that a desk and its figures can be looked at.

The conversations of the demo are played once, by the real graph and in memory; each day of the past
gets copies of some of them, dated anew. What agents did with them and how customers rated them is
made up, by a seed: these are figures to look at, not to believe.
"""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from langgraph.checkpoint.memory import InMemorySaver
from rich.console import Console

from handrail.app.demo import SCRIPT, play
from handrail.evals.replay import without_effects
from handrail.graph.graph import build_graph
from handrail.graph.packet import key_of
from handrail.graph.services import LazyServices, Services
from handrail.prompts.load import from_yaml
from handrail.store.audit.protocol import AuditEvent
from handrail.store.csat.protocol import Resolution, ResolutionPath
from handrail.store.handoffs.protocol import Entry, HandoffPacket, Step
from handrail.store.moment import iso
from handrail.store.reviews.protocol import Conversation, Pick, Verdict

DAYS = 28
A_DAY = 11
SEED = "a past that never was"
AGENTS = {"ines": "Ines", "omar": "Omar", "noor": "Noor"}
ANSWERED = 0.6  # of surveys
MARKED = 0.7  # of closed handoffs
GONE = 0.05  # of customers, before a person could help
NEEDLESS = 0.12  # of handoffs for want of confidence
REVIEWED = 0.6  # of what the assistant resolved
WRONG = 0.01  # of those
BUSIEST = (8, 21, 11)  # hours of a day: from, to, and when most people write
RATINGS: dict[ResolutionPath, tuple[int, ...]] = {
    "ai": (1, 3, 4, 4, 4, 5, 5, 5, 5, 5),
    "human": (2, 3, 4, 4, 5, 5, 5, 5, 5, 5),
    "ai_then_human": (1, 2, 3, 4, 4, 4, 5, 5, 5, 5),
}
SAID = "Hello, this is {name}. I have read all of it and I am on it. You will have an answer today."


@dataclass(frozen=True)
class Played:
    """One conversation as the graph played it. `ai` are the episodes the assistant resolved."""

    events: Sequence[AuditEvent]
    packets: Sequence[HandoffPacket]
    ai: Sequence[int]
    script: dict[str, Any]


async def play_each(services: Services) -> list[Played]:
    """Play every conversation of the demo once; nothing of it is kept."""
    still = without_effects(services)
    graph = build_graph(LazyServices(lambda: still), checkpointer=InMemorySaver())
    script = from_yaml(SCRIPT.read_text(encoding="utf-8"))
    quiet = Console(file=io.StringIO())
    found = []
    for each in script["conversations"]:
        if any("{code}" in turn for turn in each["turns"]):
            continue  # no mail is sent here, so that there is no code to type
        thread = await play(quiet, graph, still, each)
        resolved = [row for row in await still.csat.list() if row.key.startswith(f"{thread}:")]
        ids = [one["id"] for one in await still.handoffs.list() if one["thread_id"] == thread]
        packets = [packet for id_ in ids if (packet := await still.handoffs.get(id_))]
        ai = [int(row.key.rpartition(":")[2]) for row in resolved if row.path == "ai"]
        found.append(Played(await still.audit.list(thread), packets, ai, each))
    return found


async def keep_past(services: Services, now: datetime, *, seed: str = SEED) -> int:
    """Put the past before `now` into the stores; return how many conversations it has."""
    chance = random.Random(seed)  # noqa: S311 - no secret  # nosec B311
    played = await play_each(services)
    weights = [3 if each.ai else 1 for each in played]
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    count = 0
    for day in range(DAYS, 0, -1):
        for _ in range(chance.randint(A_DAY - 4, A_DAY + 4)):
            begins = midnight - timedelta(days=day) + timedelta(hours=chance.triangular(*BUSIEST))
            [each] = chance.choices(played, weights)
            copy = _Copy(services, each, begins, f"{seed}:{count}", chance)
            await copy.keep(now)
            count += 1
    return count


class _Copy:
    """One conversation of the past."""

    def __init__(
        self, services: Services, played: Played, begins: datetime, name: str, chance: random.Random
    ) -> None:
        self._services = services
        self._played = played
        self._thread = str(uuid5(NAMESPACE_URL, f"handrail:past:{name}"))
        self._chance = chance
        self._at: dict[str, datetime] = {}
        moment = begins
        for event in played.events:
            self._at[event.id] = moment
            moment += timedelta(seconds=chance.randint(15, 90))
        self._ends = moment

    async def keep(self, now: datetime) -> None:
        """Keep it, as far as it had come by `now`."""
        for event in self._played.events:
            await self._record(event, self._at[event.id])
        for packet in self._played.packets:
            await self._handed_over(packet, now)
        for episode in self._played.ai:
            await self._resolved(episode, "ai", "customer", self._ends)

    async def _record(self, event: AuditEvent, at: datetime) -> None:
        new = uuid5(NAMESPACE_URL, f"{self._thread}:{event.id}")
        await self._services.audit.record(
            replace(event, id=str(new), at=iso(at), thread_id=self._thread)
        )

    async def _handed_over(self, packet: HandoffPacket, now: datetime) -> None:
        """Hand it over, and let an agent see to it in the hours in which people are there."""
        policy, chance, episode = self._services.policy, self._chance, packet["episode"]
        opened = next(
            at for event in self._played.events if (at := self._at[event.id])
            and event.episode == episode and event.action in {"escalate", "claim"}
        )  # fmt: skip
        queue = policy.queue_named(packet["queue"]) or policy.queue("low_confidence")
        id_ = str(uuid5(NAMESPACE_URL, f"{self._thread}:{packet['id']}"))
        began = iso(opened)
        mine: HandoffPacket = {
            **packet, "id": id_, "key": key_of(self._thread, episode), "thread_id": self._thread,
            "owner": None, "status": "open", "created_at": began, "closed_at": None,
            "due_at": iso(policy.due_at(queue, opened)), "claimed_at": None, "replied_at": None,
            "waiting_since": began, "unowned_since": began, "false_handoff": None, "notes": [],
            "transcript": [Entry({**said, "at": began}) for said in packet["transcript"]],
        }  # fmt: skip
        await self._services.handoffs.open(mine)
        agent = chance.choice(sorted(AGENTS))
        minutes = chance.lognormvariate(2.6, 0.9)
        claimed = max(policy.hours.due_at(opened, minutes), opened + timedelta(minutes=2))
        replied = claimed + timedelta(minutes=chance.uniform(1, 6))
        closed = replied + timedelta(minutes=chance.uniform(3, 25))
        if closed > now:
            closed, replied, claimed = now, now - timedelta(minutes=2), now - timedelta(minutes=4)
        await self._act(id_, "claim", agent, claimed)
        await self._says(id_, packet, agent, replied)
        ends = (self._played.script.get("desk") or {}).get("ends", "resolve")
        if chance.random() < GONE:
            ends = "abandon"
        doubtful = packet["reasons"][0]["reason"] in {"low_confidence", "out_of_scope"}
        needless = doubtful and chance.random() < NEEDLESS
        mark = needless if chance.random() < MARKED else None
        await self._act(id_, ends, agent, closed, mark=mark)
        if ends == "resolve":
            path: ResolutionPath = "ai_then_human" if self._was_answered(episode) else "human"
            await self._resolved(episode, path, agent, closed)

    async def _says(self, id_: str, packet: HandoffPacket, agent: str, at: datetime) -> None:
        theirs = any(entry["role"] == "human" for entry in packet["transcript"])
        if not theirs:
            text = SAID.format(name=AGENTS[agent])
            said = Entry(id=f"reply-{id_}", role="human", text=text, at=iso(at))
            await self._services.handoffs.append(id_, [said])
        await self._act(id_, "reply", agent, at)

    async def _act(
        self, id_: str, act: Any, agent: str, at: datetime, *, mark: bool | None = None
    ) -> None:
        step = Step(f"{id_}:{act}", act, agent, iso(at), false_handoff=mark)
        await self._services.handoffs.act(id_, step)

    def _was_answered(self, episode: int) -> bool:
        return any(
            event.action == "reply" and event.episode == episode and event.payload.get("cited")
            for event in self._played.events
        )

    async def _resolved(self, episode: int, path: ResolutionPath, by: str, at: datetime) -> None:
        key = key_of(self._thread, episode)
        done = Resolution(key=key, path=path, by=by, at=iso(at))
        await self._services.csat.resolved(done)
        if self._chance.random() < ANSWERED:
            rating = self._chance.choice(RATINGS[path])
            later = iso(at + timedelta(minutes=self._chance.randint(2, 240)))
            await self._services.csat.rate(done.survey_id, rating, "", later)
        if path == "ai" and self._chance.random() < REVIEWED:
            await self._reviewed(key, iso(at))

    async def _reviewed(self, key: str, at: str) -> None:
        reviews = self._services.reviews
        await reviews.keep(Conversation(key, self._thread, None, "en", at, ()))
        await reviews.pick([Pick(key, at, SEED)])
        finding = "wrong" if self._chance.random() < WRONG else "right"
        await reviews.give(Verdict(key, "noor", finding, at))  # type: ignore[arg-type]
