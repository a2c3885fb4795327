"""Handrail in a process of the host's own: no server of ours, and the same gates.

async with Handrail(services, checkpointer=checkpointer) as support:
turn = await support.say("t-1", "Where is my order?", Context(customer_id="cus_ana"))
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, Self
from uuid import uuid4

import structlog
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver

from handrail.app.access.user import User
from handrail.app.desk.in_process import GraphDesk
from handrail.app.duties import on_duty
from handrail.app.talk.in_process import Ended, GraphTalk
from handrail.app.talk.protocol import Happened, Said, Words
from handrail.app.turn import Turn, turn_in
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.packet import key_of
from handrail.graph.services import LazyServices
from handrail.graph.settings import Settings
from handrail.graph.shared import shared_services
from handrail.graph.state import Event
from handrail.graph.turns import Turns
from handrail.store.errors import StoreDown

log = structlog.get_logger("handrail")


class Handrail:
    """The agent and its desk, on a checkpointer and services of the host's choice.

    `services` default to what the environment says. Entered as a context manager it also does
    what a server does beside answering: mails with links and codes, alarms, notifications. It is a
    `Desk` and has a `talk`, so that our routes work with it in the same process.
    """

    def __init__(
        self,
        services: LazyServices | None = None,
        *,
        checkpointer: BaseCheckpointSaver[Any],
        settings: Settings | None = None,
    ) -> None:
        self.services = services or shared_services()
        self.graph = build_graph(self.services, checkpointer=checkpointer)
        self._settings = settings
        turns = Turns()
        self._desk = GraphDesk(self.graph, turns)
        self.talk = GraphTalk(self.graph, self.services, turns, self._send_what_is_due)
        self._duties: AsyncExitStack | None = None
        self._errands: set[asyncio.Task[None]] = set()

    async def say(
        self, thread: str, text: str, context: Context, message_id: str | None = None
    ) -> Turn:
        """Run a customer's message, and return what came of it.

        With a `message_id` of the host's, a delivery that comes again changes nothing and returns
        the same replies. Raises ValueError for a context of the desk, StoreDown, and TalkDown.
        """
        parts = self.astream(thread, text, context, message_id)
        (turn,) = [part async for part in parts if isinstance(part, Turn)]
        return turn

    async def astream(
        self, thread: str, text: str, context: Context, message_id: str | None = None
    ) -> AsyncIterator[Words | Happened | Turn]:
        """Run a customer's message; give released words and events as they come, then the turn.

        The run goes on to its end where the reader leaves. Raises what `say` raises.
        """
        if context.role != "customer":
            raise ValueError("What a customer says needs a customer's context; the desk acts.")
        said = Said(message_id or str(uuid4()), text)
        survey: str | None = None
        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        async for part in self.talk.run(config, [said], context):
            if isinstance(part, Ended):
                yield turn_in(thread, said.id, part.values, survey=survey, again=not part.ran)
                continue
            if isinstance(part, Happened) and part.event.get("type") == "survey":
                survey = part.event.get("survey")
            yield part

    async def act(self, thread: str, event: Event, agent: User) -> str | None:
        """Carry out what an agent does; return why it was refused, None where it was carried out.

        An event with the same id is carried out once. Raises ThreadGone or StoreDown.
        """
        return await self._desk.act(thread, event, agent)

    async def survey(self, thread: str) -> str | None:
        """Return the survey of the last episode, None where it is not resolved; for the link to it.

        `handrail.app.surveys.survey_link` makes one. Raises StoreDown.
        """
        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        values = (await self.graph.aget_state(config)).values
        csat = (await self.services.get()).csat
        resolved = await csat.of(key_of(thread, values.get("episode", 1)))
        return resolved.survey_id if resolved else None

    async def answer(self, thread: str, answer: Any, agent: User) -> str | None:
        """Answer the approval that waits; return why it does not count, None where it does."""
        return await self._desk.answer(thread, answer, agent)

    def _send_what_is_due(self) -> None:
        """Send the links and codes that a turn asked for, where no duty does.

        Not before the turn is given back: how long it takes would tell which accounts there are.
        """
        if self._duties is None:
            task = asyncio.create_task(self._run_errands(), name="errands")
            self._errands.add(task)
            task.add_done_callback(self._errands.discard)

    async def _run_errands(self) -> None:
        try:
            await (await self.services.get()).run_errands()
        except StoreDown as problem:
            log.error("errands_down", problem=str(problem))  # noqa: TRY400 - no trace needed

    async def __aenter__(self) -> Self:
        """Begin the duties. Raises BadAddress where a notifier cannot be set up."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(on_duty(self.services, self._settings or Settings()))
            self._duties = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Wait for what was begun, and end the duties."""
        await self.settled()
        if self._duties is not None:
            await self._duties.aclose()
            self._duties = None

    async def settled(self) -> None:
        """Wait for the turns that have begun, and for what they have to send."""
        await self.talk.settled()
        await asyncio.gather(*self._errands, return_exceptions=True)
