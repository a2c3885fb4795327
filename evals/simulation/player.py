"""Play one task once, on the real graph, in a world of its own."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver

from handrail.evals.simulation.company import Company
from handrail.evals.simulation.ending import Ending, Line
from handrail.evals.simulation.task import Task
from handrail.evals.simulation.user import Heard, User
from handrail.evals.simulation.world import World
from handrail.graph.context import Context
from handrail.graph.conversation import mark_of, text_of
from handrail.graph.graph import build_graph
from handrail.graph.services import LazyServices


async def play(task: Task, company: Company, user: User, thread: str = "simulation") -> Ending:
    """Let the user talk until they have nothing more to say, or the turns are over."""
    world = World(company)
    graph: Any = build_graph(LazyServices(lambda: world.services), checkpointer=InMemorySaver())
    stage = _Stage(world, graph, await _context(task, world), thread)
    heard: Heard | None = Heard()
    for _ in range(task.turns):
        if heard is None:
            break
        said = await user.say(heard)
        if said is None:
            return await stage.ending(finished=True)
        heard = await stage.say(said, task.mailbox)
    finished = heard is None or await user.say(heard) is None
    return await stage.ending(finished=finished)


async def _context(task: Task, world: World) -> Context:
    """Return what a host would say of who is asking."""
    if task.customer is None:
        return Context(locale=task.language)
    customer = await world.services.customers.get(task.customer)
    locale = customer.locale if customer else task.language
    return Context(customer_id=task.customer, verified=task.verified, locale=locale)


class _Stage:
    """One conversation, and what is noted of it as it goes."""

    def __init__(self, world: World, graph: Any, context: Context, thread: str) -> None:
        self._world, self._graph, self._context = world, graph, context
        self._config: RunnableConfig = {"configurable": {"thread_id": thread}}
        self._owner = "ai"
        self._seen: set[str | None] = set()
        self._written: list[str] = []
        self._lines: list[Line] = []
        self._escalations: list[tuple[str, ...]] = []
        self._cited: set[str] = set()
        self._mute = self._talked_over = 0
        self._broke: str | None = None

    async def say(self, text: str, mailbox: str | None) -> Heard | None:
        """Send one message, and return what reaches the user; None where the graph broke."""
        self._lines.append(Line("user", text))
        self._written.append(text)
        given = {"messages": [HumanMessage(content=text)]}
        try:
            state = await self._graph.ainvoke(
                given, self._config, context=self._context, durability="exit"
            )
        except Exception as problem:  # noqa: BLE001 - whatever broke is what this trial found
            self._broke = f"{type(problem).__name__}: {problem}"
            return None
        await self._world.services.run_errands()
        return Heard(self._note(state), self._code(mailbox))

    def _note(self, state: dict[str, Any]) -> tuple[str, ...]:
        """Note what a turn came to, and return the words that the user can read."""
        new = [m for m in state["messages"] if isinstance(m, AIMessage) and m.id not in self._seen]
        new = [message for message in new if text_of(message)]
        self._seen |= {message.id for message in new}
        for message in new:
            self._lines.append(Line("agent", text_of(message)))
            cited = mark_of(message).get("citations") or []
            self._cited |= {article_of(citation) for citation in cited}
        note, owner = state.get("notice"), state.get("owner", "ai")
        if note:
            self._lines.append(Line("note", note))
        if owner == "human" and self._owner != "human":
            self._escalations.append(tuple(state.get("reasons", [])))
        elif owner == "human":
            self._talked_over += bool(new)
            if self._escalations and state.get("handoff"):  # holding may have added a reason
                self._escalations[-1] = tuple(state["handoff"]["reasons"])
        else:
            self._mute += not new
        self._owner = owner
        return (*map(text_of, new), *([note] if note else []))

    def _code(self, mailbox: str | None) -> str | None:
        """Return the newest code in the user's mailbox, unless they have written it."""
        codes = self._world.post.codes(mailbox) if mailbox else []
        unused = codes and not any(codes[-1] in text for text in self._written)
        return codes[-1] if unused else None

    async def ending(self, *, finished: bool) -> Ending:
        """Return how it ended, and how the world is now."""
        world = self._world
        standings = await world.services.handoffs.list()
        return Ending(
            owner=self._owner,
            lines=tuple(self._lines),
            escalations=tuple(self._escalations),
            handoffs=tuple(
                (standing["queue"], tuple(reason["reason"] for reason in standing["reasons"]))
                for standing in sorted(standings, key=lambda standing: standing["episode"])
            ),
            cited=frozenset(self._cited),
            errands=tuple((errand.kind, errand.identifier) for errand in world.errands.asked),
            mails=tuple(world.mails()),
            alerts=tuple(world.told.queues),
            codes=tuple(world.post.codes()),
            changed=world.changed(),
            finished=finished,
            mute=self._mute,
            talked_over=self._talked_over,
            broke=self._broke,
        )


def article_of(citation: dict[str, Any]) -> str:
    """Return the article that a citation is from, by the last part of its address."""
    return str(citation["url"]).partition("#")[0].rstrip("/").rpartition("/")[2]
