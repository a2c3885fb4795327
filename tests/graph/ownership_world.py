"""Where the ownership machine plays: stand-ins, stores that may fail, and what can be seen of it."""

from __future__ import annotations

import asyncio
import gc
import selectors
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.types import RetryPolicy
from sqlalchemy import select
from sqlalchemy.orm import Session

from handrail.graph import failure, routes
from handrail.graph import graph as drawing
from handrail.graph.conversation import mark_of
from handrail.graph.triage import reasons_of
from handrail.store.audit.memory import MemoryAudit
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.store.handoffs.ownership import STAGE_OF
from handrail.store.handoffs.tables import StepRow
from tests.fake_failures import Wired, WiredSaver, Wires
from tests.fake_services import FakeCsat, FakeEncoder, fake_services, lazily

FIRES = {"lawyer": "legal", "angry": "sentiment", "human": "sentiment"}
OWNER_AT = {"ai": "ai", "waiting": "human", "human": "human", "closed": "closed"}


class QuickEncoder(FakeEncoder):
    def remembers(self, texts):
        return True


def stand_in(name):
    async def guard(state, runtime, *, services):
        fired = any(FIRES[word] == name for word in FIRES if word in state["said"])
        signal = {"fired": fired, "score": float(fired), "words": [], "rule": "lexicon"}
        return {"signals": {name: signal}}

    return guard


async def joined(state, runtime, *, services):
    """Stand in for triage."""
    return {"reasons": reasons_of(state["signals"])}


async def drafted(state, runtime, *, services):
    """Stand in for the answer; somebody may step in while it is made."""
    if House.meanwhile:
        await House.meanwhile()
    draft = {"text": "Here you are.", "topic": "smalltalk", "asked": None, "offered": []}
    return {"draft": {**draft, "citations": [], "tools": []}}


@contextmanager
def stand_ins() -> Iterator[None]:
    """Have two guards that know a few words, and no pause before another try."""
    guards = {name: stand_in(name) for name in ("legal", "sentiment")}
    once_more = RetryPolicy(
        max_attempts=2, initial_interval=0, jitter=False, retry_on=failure.RETRY.retry_on
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routes, "ALL_GUARDS", list(guards))
        for name, stand in {
            "GUARDS": guards, "triage": joined, "answer": drafted, "OPENING_SECONDS": None,
            "RETRY": once_more, "PATIENT": once_more,
        }.items():  # fmt: skip
            patch.setattr(drawing, name, stand)
        usual = gc.get_threshold()
        gc.collect()
        gc.freeze()  # looking through all that was imported, again and again, takes a tenth
        gc.set_threshold(200_000, 20, 100)
        yield
        gc.set_threshold(*usual)
        gc.unfreeze()


class HereAndNow(ThreadPoolExecutor):
    """Do at once what else a thread would do: no store here keeps anybody waiting."""

    def submit(self, fn, /, *args, **kwargs):
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as problem:  # noqa: BLE001 - it is raised where the result is asked for
            future.set_exception(problem)
        return future


class NothingToPoll(selectors.DefaultSelector):
    """Ask the system for events only where nothing else is left to do."""

    def select(self, timeout=None):
        return [] if timeout == 0 else super().select(timeout)


def quick_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop for coroutines that wait for nothing outside."""
    loop = asyncio.SelectorEventLoop(NothingToPoll())
    loop.set_default_executor(HereAndNow())
    return loop


class House:
    """Two graphs over the same services, as before and after a restart.

    Building either takes as long as a turn, so the stores are changed under them. `meanwhile`
    happens while a draft is made.
    """

    meanwhile: ClassVar[Callable[[], Awaitable[Any]] | None] = None

    def __init__(self) -> None:
        self.services = replace(fake_services(), encoder=QuickEncoder())
        self.lazy = lazily(self.services)
        self.graphs = [drawing.build_graph(self.lazy) for _ in range(2)]

    def furnish(self, wires: Wires, handoffs: Any) -> None:
        """Start a conversation: empty stores and an empty checkpointer, at the end of wires."""
        self.handoffs, self.audit, self.csat = handoffs, MemoryAudit(), FakeCsat()
        saver = WiredSaver(wires)
        for graph in self.graphs:
            graph.checkpointer = saver
        self.lazy._services = replace(
            self.services,
            handoffs=Wired(handoffs, wires),
            audit=Wired(self.audit, wires),
            csat=Wired(self.csat, wires),
        )

    def carried_out(self) -> set[str]:
        """Return the ids of the events that the store has carried out."""
        if isinstance(self.handoffs, MemoryHandoffs):
            return set(self.handoffs._events)
        with Session(self.handoffs._engine) as session:
            return set(session.scalars(select(StepRow.event_id)))


@dataclass
class Sight:
    """What can be seen between two steps: the conversation, and where it stands by the store.

    `lagging` says that the store went on and the conversation does not say so yet.
    """

    state: dict[str, Any]
    packets: list[Any]
    packet: Any
    stage: str
    episode: int
    holder: str | None
    lagging: bool
    carried_out: set[str]

    @property
    def customers(self) -> list[HumanMessage]:
        return [m for m in self.state.get("messages", []) if isinstance(m, HumanMessage)]

    def notices(self) -> Counter[int]:
        """Count the notices of each episode."""
        noted = [mark_of(message) for message in self.state.get("messages", [])]
        return Counter(n["episode"] for n in noted if n.get("kind") == "handoff")

    def apologies(self) -> set[str]:
        """Return the ids of what said that a message could not be handed over."""
        said = self.state.get("messages", [])
        return {message.id for message in said if mark_of(message).get("kind") == "failure"}

    def ai_words(self) -> set[str]:
        """Return the ids of what the AI said, notices aside."""
        return {
            message.id for message in self.state.get("messages", [])
            if isinstance(message, AIMessage) and message.content
            and mark_of(message)["author"] == "ai" and mark_of(message).get("kind") != "handoff"
        }  # fmt: skip


async def look(house: House, state: dict[str, Any]) -> Sight:
    """Return what can be seen now."""
    packets = sorted(await house.handoffs.list(), key=lambda p: p["episode"])
    owner, episode = state.get("owner", "ai"), state.get("episode", 1)
    claimed_by = state.get("claimed_by")
    last = packets[-1] if packets else None
    stage, holder, now = ("closed" if owner == "closed" else "ai"), None, episode
    if last and (last["episode"], owner != "closed") >= (episode, True):
        stage = STAGE_OF[last["status"]]
        holder = last["owner"] if stage == "human" else None
        now = last["episode"] + (last["status"] == "handed_back")
    seen = (owner, episode, claimed_by)
    return Sight(
        state=state,
        packets=packets,
        packet=await house.handoffs.get(last["id"]) if last else None,
        stage=stage,
        episode=now,
        holder=holder,
        lagging=seen != (OWNER_AT[stage], now, holder),
        carried_out=house.carried_out(),
    )
