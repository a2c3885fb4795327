"""demo: play a set of conversations through the graph, then show what the desk got."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handrail.app.stage import Stage, context_of, show
from handrail.evals.gather import insights_now
from handrail.evals.insights_table import show_insights
from handrail.graph.context import Context
from handrail.graph.conversation import mark_of
from handrail.graph.graph import build_graph
from handrail.graph.opening import open_services
from handrail.graph.services import LazyServices, Services
from handrail.graph.settings import Settings
from handrail.prompts.load import from_yaml

SURVEY = Context(role="service", actor="survey")
SCRIPT = Path(__file__).with_name("demo_conversations.yaml")


async def run_demo(out: Console, settings: Settings) -> int:
    """Play every conversation; return 0 where each turn went as the script expects, else 1.

    The handoffs go to a database of this run's own, so that the demo is the same each time and
    leaves a real desk alone.
    """
    with tempfile.TemporaryDirectory(prefix="handrail-demo-") as folder:
        own = settings.model_copy(
            update={
                "database_url": f"sqlite:///{folder}/demo.db",
                "company": "demo",
                "mailbox": Path(folder) / "mail",
            }
        )
        with out.status("Opening the demo company, its help centre and the models…"):
            services = await asyncio.to_thread(open_services, own)
        graph = build_graph(LazyServices(lambda: services), checkpointer=InMemorySaver())
        script = from_yaml(SCRIPT.read_text(encoding="utf-8"))
        surprises: list[str] = []
        for number, conversation in enumerate(script["conversations"], start=1):
            out.rule(f"[bold]{number}. {escape(conversation['title'])}")
            stage = await _stage(out, graph, services, conversation, own.mail_folder())
            surprises += await _play(out, stage, conversation)
        await _show_desk(out, services)
        show_insights(out, await insights_now(services))
        for line in surprises:
            out.print(f"[red]not as expected:[/] {escape(line)}")
        if not surprises:
            count = len(script["conversations"])
            out.print(f"[green]{count} conversations, every turn went the way it should.[/]")
        return 1 if surprises else 0


async def play(out: Console, graph: Any, services: Services, conversation: dict[str, Any]) -> str:
    """Play one conversation of the script, and return its thread."""
    stage = await _stage(out, graph, services, conversation, None)
    await _play(out, stage, conversation)
    return stage.thread


async def _stage(
    out: Console, graph: Any, services: Services, play: dict[str, Any], mailbox: Path | None
) -> Stage:
    context = await context_of(services, play.get("customer"))
    return Stage(out, graph, context, explain=True, services=services, mailbox=mailbox)


async def _play(out: Console, stage: Stage, play: dict[str, Any]) -> list[str]:
    surprises = await _talk(out, stage, play, play["title"])
    if "desk" in play:
        await _at_the_desk(out, stage, **play["desk"])
    if "then" in play:
        surprises += await _talk(out, stage, {**play, **play["then"]}, play["title"])
    owner = await stage.owner()
    if "rating" in play and owner != "closed":
        await stage.act({"type": "resolve"}, SURVEY)
        _aside(out, "the shop's website resolves it: the customer clicked that it helped")
    elif ("rating" in play and "desk" not in play) or "then" in play:
        _aside(out, "resolved by the customer's thanks")
    if "rating" in play:
        await stage.act({"type": "rating", "rating": play["rating"]}, SURVEY)
        _aside(out, f"a survey goes out, and the customer gives {play['rating']} of 5")
    out.print()
    return surprises


async def _talk(out: Console, stage: Stage, play: dict[str, Any], title: str) -> list[str]:
    """Say the customer's turns; return what did not come to what was expected."""
    who = play.get("customer") or "visitor"
    surprises = []
    for said, expected in zip(play["turns"], play["expect"], strict=True):
        text = said.replace("{code}", stage.code)
        show(out, f"[bold cyan]{who}[/]", text)
        got = outcome(await stage.say(text))
        if expected not in got:
            surprises.append(f"{title}: {text!r}: {expected}, got {', '.join(got)}")
    return surprises


async def _at_the_desk(out: Console, stage: Stage, agent: str, reply: str, ends: str) -> None:
    """Let an agent claim the conversation, reply, and end it."""
    person = Context(role="agent", actor=agent)
    await stage.act({"type": "claim"}, person)
    _aside(out, f"{agent} claims it, with the whole conversation")
    await stage.act({"type": "reply", "text": reply}, person)
    if ends == "hand_back":
        await stage.act({"type": "hand_back"}, person)
        _aside(out, f"{agent} hands it back: the assistant answers again")
    else:
        await stage.act({"type": "resolve"}, person)
        _aside(out, f"{agent} resolves it")


def _aside(out: Console, text: str) -> None:
    out.print(f"[dim]          ({escape(text)})[/]", highlight=False)


def outcome(state: dict[str, Any]) -> list[str]:
    """Return what a turn came to, as the script writes it."""
    reasons = state.get("reasons") or []
    if reasons:
        return [f"escalate:{reason}" for reason in reasons]
    if state.get("owner") == "human":
        return ["silence"]
    if mark_of(state["messages"][-1]).get("kind") == "taken_back":
        return ["back"]
    intent = state.get("intent")
    return [f"automate:{intent['topic'] if intent else 'smalltalk'}"]


async def _show_desk(out: Console, services: Services) -> None:
    """Show the packets that people got."""
    table = Table(title="What the desk got", title_justify="left")
    for column in ("queue", "priority", "reasons", "customer", "due (UTC)", "transcript"):
        table.add_column(column)
    for packet in await services.handoffs.list():
        full = await services.handoffs.get(packet["id"])
        table.add_row(
            packet["queue"],
            packet["priority"],
            ", ".join(reason["reason"] for reason in packet["reasons"]),
            packet["customer_id"] or "visitor",
            packet["due_at"][:16].replace("T", " "),
            f"{len(full['transcript']) if full else 0} messages",
        )
    out.print(table)
