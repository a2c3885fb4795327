"""The world after a fault: threads by the server's API, the rest by our tables."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import Connection, create_engine, func, select, table, text

from handrail.app.prod.postgres import Databases
from handrail.store.handoffs.tables import EntryRow, HandoffRow
from handrail.store.notifications.tables import DeliveryRow, NotificationRow

SETTLE_SECONDS = 100.0  # a webhook whose sender died is sent after its lease of a minute
LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Kept:
    """What is kept of one conversation; `stage` is None where nobody owns it."""

    values: dict[str, Any]
    stage: str | None
    handoffs: list[dict[str, Any]]


@dataclass(frozen=True)
class World:
    """Everything kept of a fault's conversations, and what was not sent or not finished."""

    kept: dict[str, Kept]
    unfinished_runs: int
    taken_up_again: int
    notifications: int
    unsent: int
    dead_letters: int


async def settled(databases: Databases, threads: Sequence[str]) -> None:
    """Wait until no turn goes on and no notification waits; at most so long as is reasonable."""
    end = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < end:
        unfinished = await asyncio.to_thread(_unfinished, databases.engine, threads)
        _, unsent, _ = await asyncio.to_thread(_told, databases.ours, threads)
        if not unfinished and not unsent:
            return
        await asyncio.sleep(LOOK_SECONDS)


async def look(
    http: httpx.AsyncClient, databases: Databases, headers_of: dict[str, dict[str, str]]
) -> World:
    """Read what is kept of these threads; `headers_of` are their customers' tokens."""
    threads = list(headers_of)
    handoffs = await asyncio.to_thread(_handoffs, databases.ours, threads)
    kept = {}
    for thread, headers in headers_of.items():
        state = await http.get(f"/threads/{thread}/state", headers=headers)
        standing = await http.get(f"/handrail/conversations/{thread}", headers=headers)
        kept[thread] = Kept(
            (state.json().get("values") or {}) if state.is_success else {},
            standing.json()["stage"] if standing.is_success else None,
            handoffs.get(thread, []),
        )
    unfinished = await asyncio.to_thread(_unfinished, databases.engine, threads)
    again = await asyncio.to_thread(_taken_up_again, databases.engine, threads)
    told = await asyncio.to_thread(_told, databases.ours, threads)
    return World(kept, unfinished, again, *told)


def _handoffs(url: str, threads: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    with _reading(url) as connection:
        mine = select(HandoffRow.id, HandoffRow.thread_id, HandoffRow.key, HandoffRow.closed_at)
        for row in connection.execute(mine.where(HandoffRow.thread_id.in_(threads))):
            entries = select(EntryRow.message_id, EntryRow.role, EntryRow.text)
            of_it = entries.where(EntryRow.handoff_id == row.id).order_by(EntryRow.position)
            transcript = [dict(entry._mapping) for entry in connection.execute(of_it)]  # noqa: SLF001
            facts = {**row._mapping, "transcript": transcript}  # noqa: SLF001 - its public name
            found.setdefault(row.thread_id, []).append(facts)
    return found


def _told(url: str, threads: Sequence[str]) -> tuple[int, int, int]:
    """Return how many notifications there are, how many wait, and how many were given up."""
    mine = (
        select(NotificationRow.fanned_out, DeliveryRow.status)
        .join(HandoffRow, HandoffRow.id == NotificationRow.handoff_id)
        .outerjoin(DeliveryRow, DeliveryRow.notification_id == NotificationRow.id)
        .where(HandoffRow.thread_id.in_(threads))
    )
    with _reading(url) as connection:
        rows = connection.execute(mine).all()
    statuses = [row.status for row in rows]
    return len(rows), len(rows) - statuses.count("delivered") - statuses.count("dead"), (
        statuses.count("dead")
    )  # fmt: skip


def _unfinished(url: str, threads: Sequence[str]) -> int:
    return _runs(url, threads, "status IN ('pending', 'running')")


def _taken_up_again(url: str, threads: Sequence[str]) -> int:
    """Return how many turns were cut short by the end of their worker, as the engine counts."""
    return _runs(url, threads, "(execution_params->>'_retry_count')::int > 0")


def _runs(url: str, threads: Sequence[str], which: str) -> int:
    """Count the engine's runs on these threads; `which` is a condition of ours, in SQL."""
    counted = select(func.count()).select_from(table("runs"))
    counted = counted.where(text(which), text("thread_id = ANY(:threads)"))
    with _reading(url) as connection:
        return int(connection.execute(counted, {"threads": list(threads)}).scalar_one())


@contextmanager
def _reading(url: str) -> Iterator[Connection]:
    """Give a connection for one look."""
    driver = url.replace("postgresql://", "postgresql+psycopg://")
    server = create_engine(driver, isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            yield connection
    finally:
        server.dispose()
