"""chat: a conversation in the terminal."""

from __future__ import annotations

import asyncio

from langgraph.checkpoint.memory import InMemorySaver
from rich.console import Console

from handrail.app.stage import Stage, UnknownCustomer, context_of
from handrail.graph.graph import build_graph
from handrail.graph.opening import open_services
from handrail.graph.services import LazyServices
from handrail.graph.settings import Settings


async def run_chat(out: Console, settings: Settings, customer: str | None, *, explain: bool) -> int:
    """Read lines until an empty one or the end of input; return the exit code."""
    with out.status("Opening the help centre and the models…"):
        services = await asyncio.to_thread(open_services, settings)
    graph = build_graph(LazyServices(lambda: services), checkpointer=InMemorySaver())
    try:
        context = await context_of(services, customer)
    except UnknownCustomer as problem:
        out.print(str(problem), style="red", markup=False)
        return 2
    who = customer or "a visitor who is not signed in"
    out.print(f"You are {who}. An empty line ends the conversation.", style="dim", markup=False)
    stage = Stage(
        out, graph, context, explain=explain, services=services, mailbox=settings.mail_folder()
    )
    while True:
        try:
            text = await asyncio.to_thread(out.input, "[bold cyan]You[/]       ")
        except (EOFError, KeyboardInterrupt):
            return 0
        if not text.strip():
            return 0
        await stage.say(text)
