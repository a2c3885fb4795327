"""Talk with a graph in this process: for hosts that embed it, and routes in the same process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import structlog
from langchain_core.messages import AIMessageChunk, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

from handrail.app.access.user import User
from handrail.app.talk.protocol import (
    Happened,
    NotTheirs,
    Part,
    Said,
    Stands,
    TalkDown,
    Words,
)
from handrail.graph.context import USER, Context
from handrail.graph.door import storable
from handrail.graph.recording import thread_of
from handrail.graph.services import LazyServices
from handrail.graph.turns import Turns
from handrail.models.redaction import redact
from handrail.store.errors import StoreDown

log = structlog.get_logger("handrail")


@dataclass(frozen=True)
class Ended:
    """The public state when a run is over; `ran` is False where all had been said before."""

    values: dict[str, Any]
    ran: bool


class GraphTalk:
    """Run messages on a compiled graph that has a checkpointer, one run at a time for a thread.

    `after` is called when a run is over, whether anybody still reads it or not.
    """

    def __init__(
        self,
        graph: CompiledStateGraph[Any, Context, Any, Any],
        services: LazyServices,
        turns: Turns,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        self._graph = graph
        self._services = services
        self._turns = turns
        self._after = after
        self._running: set[asyncio.Task[None]] = set()

    async def say(self, thread: str, said: Sequence[Said], user: User) -> AsyncIterator[Part]:
        """Run what a signed-in customer says. Raises NotTheirs for whoever is no customer."""
        if user.role != "customer" or user.thread is not None:
            raise NotTheirs(thread)
        config: RunnableConfig = {"configurable": {"thread_id": thread, USER: user.facts()}}
        context = Context(customer_id=user.customer_id, verified=user.verified)
        async for part in self.run(config, said, context):
            if isinstance(part, Ended):
                facts = {name: it for name, it in part.values.items() if name != "messages"}
                yield Stands(list(part.values.get("messages", [])), facts)
            else:
                yield part

    async def run(
        self, config: RunnableConfig, said: Sequence[Said], context: Context
    ) -> AsyncIterator[Words | Happened | Ended]:
        """Run what is new, in a task of its own: a reader who leaves cuts no handoff short.

        Raises StoreDown, or TalkDown for whatever else a run fails by.
        """
        heard: asyncio.Queue[Words | Happened | Ended | None] = asyncio.Queue()
        task = asyncio.create_task(self._run(config, said, context, heard), name="turn")
        self._running.add(task)
        task.add_done_callback(self._ended)
        while (part := await heard.get()) is not None:
            yield part
        await asyncio.wait({task})
        problem = task.exception()
        if isinstance(problem, StoreDown):
            raise problem
        if problem is not None:  # of the host's checkpointer, say
            raise TalkDown("The run failed; the log says why") from problem

    async def _run(
        self,
        config: RunnableConfig,
        said: Sequence[Said],
        context: Context,
        heard: asyncio.Queue[Words | Happened | Ended | None],
    ) -> None:
        thread = thread_of(config)
        try:
            async with self._turns.turn_of(thread):
                house = await self._services.get()
                before = await self._graph.aget_state(config)
                known = {message.id for message in before.values.get("messages", [])}
                # A run that was cut short has its message already, and has not dealt with it.
                is_cut = bool(before.next) and not before.interrupts
                new = [one for one in said if is_cut or one.id not in known]
                if not new:
                    heard.put_nowait(Ended(before.values, ran=False))
                    return
                texts = [await storable(house, context, thread, one.text) for one in new]
                given = [
                    HumanMessage(text, id=one.id) for one, text in zip(new, texts, strict=True)
                ]
                async for mode, part in self._graph.astream(
                    {"messages": given}, config, context=context,
                    stream_mode=["messages", "custom"], durability="sync",
                ):  # fmt: skip
                    if mode == "custom":
                        heard.put_nowait(Happened(cast("dict[str, Any]", part)))
                    elif isinstance(part[0], AIMessageChunk) and part[0].text:
                        heard.put_nowait(Words(str(part[0].id), part[0].text))
                after = await self._graph.aget_state(config)
                heard.put_nowait(Ended(after.values, ran=True))
        finally:
            heard.put_nowait(None)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Let go of a run, and say so where it failed: its reader may have left."""
        self._running.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            log.error("turn_failed", problem=redact(repr(problem)))
        self._after()

    async def settled(self) -> None:
        """Wait for the runs that have begun."""
        await asyncio.gather(*self._running, return_exceptions=True)
