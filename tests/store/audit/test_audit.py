from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from handrail.store.audit.memory import MemoryAudit
from handrail.store.audit.protocol import Audit, AuditEvent
from handrail.store.audit.sql import SqlAudit
from handrail.store.errors import StoreDown

EVENT = AuditEvent(
    id="e-1",
    at="2026-03-01T10:00:00+00:00",
    thread_id="t-1",
    episode=1,
    actor="ai",
    action="reply",
    policy_version="p-1",
    payload={"confidence": 0.82, "reasons": [], "words": "où est mon colis"},
)


@pytest.fixture(params=["sql", "memory"])
def audit(request: pytest.FixtureRequest, engine: Engine) -> Audit:
    return SqlAudit(engine) if request.param == "sql" else MemoryAudit()


async def test_events_come_back_as_they_were_in_the_order_they_came(audit: Audit) -> None:
    # An earlier time, recorded later, stays later: what counts is when it was recorded.
    events = [
        EVENT,
        replace(EVENT, id="e-2", action="claim", actor="noor", at="2026-03-01T09:00:00+00:00"),
    ]
    for event in events:
        await audit.record(event)
    await audit.record(replace(EVENT, id="e-3", thread_id="t-2"))
    assert list(await audit.list("t-1")) == events
    assert list(await audit.list("t-3")) == []


async def test_the_same_event_eight_times_at_once_is_one_row(audit: Audit) -> None:
    await asyncio.gather(*(audit.record(EVENT) for _ in range(8)))
    assert list(await audit.list("t-1")) == [EVENT]


@pytest.mark.parametrize("adapter", [SqlAudit, MemoryAudit])
def test_nothing_can_be_changed_or_removed(adapter: type) -> None:
    public = {name for name in dir(adapter) if not name.startswith("_")}
    assert public == {"record", "list"}


async def test_without_its_table_it_is_store_down(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE audit")
    with pytest.raises(StoreDown, match="Recording an audit event failed"):
        await SqlAudit(engine).record(EVENT)
