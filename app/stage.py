"""Play conversations through the graph and show them in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from handrail.app.mailbox import Mailbox
from handrail.graph.context import Context
from handrail.graph.conversation import text_of
from handrail.graph.services import Services
from handrail.graph.state import Event


class Stage:
    """One conversation: a thread of its own, the customer's context, and the console."""

    def __init__(
        self,
        out: Console,
        graph: CompiledStateGraph[Any, Context, Any, Any],
        context: Context,
        *,
        explain: bool,
        services: Services,
        mailbox: Path | None = None,
    ) -> None:
        self._out = out
        self._services = services
        self._mailbox = Mailbox(mailbox) if mailbox else None
        self.code = ""  # the newest one-time code that somebody was mailed
        self._graph = graph
        self._context = context
        self._explain = explain
        self.thread = str(uuid4())
        self._seen = 0

    @property
    def config(self) -> RunnableConfig:
        """Name the thread for the checkpointer."""
        return {"configurable": {"thread_id": self.thread}}

    async def say(self, text: str) -> dict[str, Any]:
        """Send one customer message, print what comes back, and return the state."""
        given = {"messages": [HumanMessage(content=text)]}
        state: dict[str, Any] = await self._graph.ainvoke(
            given, self.config, context=self._context, durability="exit"
        )
        await self._services.run_errands()  # there is no server here that would
        if not self._print_new(state):
            note = state.get("notice")
            shown = f' Note beside the chat: "{escape(note)}"' if note else ""
            silent = f"[dim](silent: a person owns this now.{shown})[/]"
            self._out.print(Padding(silent, (0, 0, 0, 10)), highlight=False)
        if self._explain:
            self._out.print(Padding(f"[dim]{escape(explain(state))}[/]", (0, 0, 0, 10)))
        self._print_mail()
        return state

    async def act(self, event: Event, context: Context) -> dict[str, Any]:
        """Send an event from the desk or the survey, and return the state."""
        given = {"messages": [], "event": event}
        state: dict[str, Any] = await self._graph.ainvoke(given, self.config, context=context)
        self._print_new(state)
        return state

    async def owner(self) -> str:
        """Return who owns the conversation."""
        return str((await self._graph.aget_state(self.config)).values["owner"])

    def _print_mail(self) -> None:
        """Print what came into the mailboxes of the demo, and where it can be read."""
        for mail in self._mailbox.new() if self._mailbox else ():
            self.code = mail.code or self.code
            about = f"(a mail to {mail.address}: “{mail.subject}”, in {mail.file})"
            self._out.print(Padding(f"[dim]{escape(about)}[/]", (0, 0, 0, 10)), highlight=False)

    def _print_new(self, state: dict[str, Any]) -> bool:
        """Print what was said since the last time; tell whether there was anything."""
        new = [m for m in state["messages"][self._seen :] if m.type == "ai" and text_of(m)]
        self._seen = len(state["messages"])
        for message in new:
            show(
                self._out, f"[bold green]{escape(message.name or 'Handrail')}[/]", text_of(message)
            )
        return bool(new)


def show(out: Console, who: str, text: str) -> None:
    """Print who speaks beside what they say, with the lines under each other."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=9)
    grid.add_column(max_width=100)
    grid.add_row(who, Text(text))
    out.print(grid)


def explain(state: dict[str, Any]) -> str:
    """Return one line: the route, why, the confidence, what was cited, which guards fired."""
    if state.get("owner") == "human" and not state.get("reasons"):
        return "→ hold"
    reasons = state.get("reasons") or []
    parts = ["→ escalate: " + ", ".join(reasons) if reasons else "→ automate"]
    intent = state.get("intent")
    if intent and (not reasons or intent["route"] == "automate"):
        parts.append(f"topic {intent['topic']}")
    if state.get("confidence") is not None:
        parts.append(f"confidence {state['confidence']:.2f}")
    fired = {n: s for n, s in (state.get("signals") or {}).items() if s["fired"]}
    for name, signal in fired.items():
        words = f" ({', '.join(signal['words'])})" if signal["words"] else ""
        parts.append(f"{name} {signal['score']:.2f}{words}")
    if not reasons and state.get("citations"):
        parts.append("cites " + ", ".join(c["title"] for c in state["citations"]))
    handoff = state.get("handoff")
    if reasons and handoff:
        parts.append(f"queue {handoff['queue']}" if handoff["made"] else "NOT handed over")
    return " · ".join(parts)


async def context_of(services: Services, customer_id: str | None) -> Context:
    """Return the context a host would give: a customer it vouches for, or a visitor."""
    if customer_id is None:
        return Context()
    customer = await services.customers.get(customer_id)
    if customer is None:
        raise UnknownCustomer(customer_id)
    return Context(customer_id=customer.id, verified=True, locale=customer.locale)


class UnknownCustomer(LookupError):
    """No customer has this id."""

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"no customer has the id {customer_id!r}; the demo company has cus_ana")
        self.customer_id = customer_id
