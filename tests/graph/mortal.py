"""A process that plays steps of a conversation on PostgreSQL until it is told to stop, or killed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

import structlog
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from sqlalchemy import select
from sqlalchemy.orm import Session

from handrail.graph import graph as drawing
from handrail.graph.conversation import mark_of
from handrail.store.audit.sql import AuditRow, SqlAudit
from handrail.store.csat.sql import CsatRow, SqlCsat
from handrail.store.database import open_database
from handrail.store.handoffs.protocol import Handoffs
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.handoffs.tables import NoteRow, StepRow
from tests.fake_services import fake_services, lazily
from tests.graph.ownership_world import QuickEncoder, stand_ins

# Opened once in the process that the others are forked from; no connection, no thread.
SERVICES = replace(fake_services(), encoder=QuickEncoder())
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))


def live(pipe: Connection, database: str, driver: str) -> None:
    """Play the steps that come through the pipe, and answer each with what can be seen then."""
    with stand_ins():
        asyncio.run(_live(pipe, database, driver))


async def _live(pipe: Connection, database: str, driver: str) -> None:
    engine = open_database(driver)
    services = replace(
        SERVICES, handoffs=SqlHandoffs(engine), audit=SqlAudit(engine), csat=SqlCsat(engine)
    )
    async with AsyncPostgresSaver.from_conn_string(database) as saver:
        graph = drawing.build_graph(lazily(services), checkpointer=saver)
        pipe.send("ready")
        while step := pipe.recv():
            thread, durability, given, context = step
            config = {"configurable": {"thread_id": thread}}
            state = await graph.ainvoke(
                inputs(thread, given), config, context=context, durability=durability
            )
            pipe.send("done")
            pipe.send(await seen(thread, state, services.handoffs, engine))
    engine.dispose()


def inputs(thread: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return what a client sends: the same ids each time it sends it."""
    if "text" in given and "type" not in given:
        return {"messages": [HumanMessage(given["text"], id=f"{thread}-{given['id']}")]}
    return {"messages": [], "event": {**given, "id": f"{thread}-{given['id']}"}}


async def seen(thread: str, state: dict[str, Any], handoffs: Handoffs, engine: Any) -> Any:
    """Return what a conversation has come to, without times and without the thread's name."""
    packets = [
        await handoffs.get(s["id"]) for s in await handoffs.list() if s["thread_id"] == thread
    ]
    with Session(engine) as session:
        ids = [packet["id"] for packet in packets if packet]
        rows = {
            "audit": select(AuditRow.action, AuditRow.episode, AuditRow.actor).where(
                AuditRow.thread_id == thread
            ),
            "steps": select(StepRow.act, StepRow.actor).where(StepRow.handoff_id.in_(ids)),
            "notes": select(NoteRow.by, NoteRow.text).where(NoteRow.handoff_id.in_(ids)),
            "csat": select(CsatRow.path, CsatRow.by, CsatRow.rating).where(
                CsatRow.key.startswith(f"{thread}:")
            ),
        }
        tables = {name: sorted(map(tuple, session.execute(query))) for name, query in rows.items()}
    return {
        **tables,
        "owner": (state["owner"], state.get("claimed_by"), state["episode"]),
        "messages": [
            (m.type, m.text, mark_of(m).get("kind") or mark_of(m).get("ends"))
            for m in state["messages"]
        ],
        "packets": sorted(
            (p["episode"], p["status"], p["owner"], [(e["role"], e["text"]) for e in p["transcript"]])
            for p in packets if p
        ),
    }  # fmt: skip
