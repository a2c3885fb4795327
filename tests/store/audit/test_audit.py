from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from handrail.store.audit.memory import MemoryAudit
from handrail.store.audit.protocol import ASKED_BY, Asker, Audit, AuditEvent, Decided, Turns
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


async def test_only_what_is_looked_at_is_read(audit: Audit) -> None:
    claim = replace(EVENT, id="e-2", action="claim", actor="noor")
    again = replace(EVENT, id="e-3", episode=2)
    late = replace(EVENT, id="e-4", action="claim", actor="ines")
    for event in (EVENT, claim, again, late, replace(EVENT, id="e-5", thread_id="t-2")):
        await audit.record(event)
    assert list(await audit.list("t-1", episode=1)) == [EVENT, claim, late]
    assert list(await audit.list("t-1", actions=("claim", "resolve"))) == [claim, late]
    assert list(await audit.list("t-1", episode=2, actions=("claim",))) == []
    assert list(await audit.list("t-1", actions=())) == []


async def test_who_asks_is_the_login_that_wrote_last_whatever_was_done_since(audit: Audit) -> None:
    assert await audit.asker("t-1") is None
    await audit.record(EVENT)
    assert await audit.asker("t-1") == Asker(1, None)
    for number, login in ((2, "ana"), (3, "ana@shop"), (4, None)):
        payload = {ASKED_BY: login} if login else {}
        await audit.record(replace(EVENT, id=f"e-{number}", episode=number, payload=payload))
    await audit.record(replace(EVENT, id="late", episode=2, action="claim", actor="noor"))
    await audit.record(replace(EVENT, id="other", thread_id="t-2", payload={ASKED_BY: "ben"}))
    assert await audit.asker("t-1") == Asker(4, "ana@shop")


async def test_the_same_event_eight_times_at_once_is_one_row(audit: Audit) -> None:
    await asyncio.gather(*(audit.record(EVENT) for _ in range(8)))
    assert list(await audit.list("t-1")) == [EVENT]


async def test_an_event_that_a_table_refuses_is_told_and_not_taken_for_kept(engine: Engine) -> None:
    nobody: Any = None
    with pytest.raises(StoreDown, match="Recording an audit event failed"):
        await SqlAudit(engine).record(replace(EVENT, thread_id=nobody))


@pytest.mark.parametrize("adapter", [SqlAudit, MemoryAudit])
def test_nothing_can_be_changed_or_removed(adapter: type) -> None:
    public = {name for name in dir(adapter) if not name.startswith("_")}
    assert public == {"record", "list", "asker", "newest", "page", "turns", "decided"}


def at(number: int) -> str:
    return f"2026-03-01T10:00:{number:02}+00:00"


async def test_pages_hold_every_event_once_in_the_order_it_came(audit: Audit) -> None:
    events = [
        replace(EVENT, id=f"e-{n}", thread_id=f"t-{n % 3}", at=at(59 - n)) for n in range(1, 8)
    ]
    for event in events:
        await audit.record(event)
    read: list[AuditEvent] = []
    sizes = []
    while True:
        page = await audit.page(after=read[-1].id if read else None, limit=3)
        read += page
        sizes.append(len(page))
        if len(page) < 3:
            break
    assert read == events
    assert sizes == [3, 3, 1]
    assert list(await audit.page(after="e-7")) == []


async def test_a_range_holds_its_first_instant_and_not_its_last(audit: Audit) -> None:
    for n in range(1, 5):
        await audit.record(replace(EVENT, id=f"e-{n}", at=at(n)))

    async def ids(**wanted: str) -> list[str]:
        return [event.id for event in await audit.page(**wanted)]

    assert await ids(since=at(2), until=at(4)) == ["e-2", "e-3"]
    assert await ids(since=at(3)) == ["e-3", "e-4"]
    assert await ids(until=at(1)) == []
    assert await ids(since=at(2), after="e-2") == ["e-3", "e-4"]


async def test_a_page_after_an_event_that_is_unknown_begins_at_the_beginning(audit: Audit) -> None:
    await audit.record(EVENT)
    assert list(await audit.page(after="nothing")) == [EVENT]


async def test_without_its_table_it_is_store_down(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE audit")
    with pytest.raises(StoreDown, match="Recording an audit event failed"):
        await SqlAudit(engine).record(EVENT)


async def test_turns_say_what_each_episode_was_about_and_when(audit: Audit) -> None:
    said = [
        (1, 1, "reply", "ai", {"topic": "sizes", "channel": "mail"}),
        (3, 1, "reply", "ai", {"topic": "sizes", "channel": "mail"}),
        (2, 1, "escalate", "ai", {"topic": None, "channel": "mail"}),
        (4, 2, "reply", "ai", {}),
        (5, 2, "reply", "ines", {"topic": "sizes"}),
        (6, 2, "claim", "ai", {"topic": "sizes"}),
    ]
    for n, episode, action, actor, payload in said:
        await audit.record(
            replace(
                EVENT, id=f"e-{n}", at=at(n), episode=episode, action=action, actor=actor,
                payload=payload,
            )
        )  # fmt: skip
    turns = await audit.turns({"reply", "escalate"}, "ai")
    assert sorted(turns, key=lambda found: found.began_at) == [
        Turns("t-1", 1, "sizes", "mail", at(1), at(3)),
        Turns("t-1", 1, None, "mail", at(2), at(2)),
        Turns("t-1", 2, None, None, at(4), at(4)),
    ]
    assert list(await audit.turns({"hold"}, "ai")) == []


async def test_how_certain_each_decision_was(audit: Audit) -> None:
    said = [
        ("reply", "ai", {"confidence": 0.9125}),
        ("escalate", "ai", {"confidence": None}),
        ("escalate", "ai", {}),
        ("hold", "ai", {"confidence": 0.2}),
        ("reply", "ines", {"confidence": 0.3}),
    ]
    for n, (action, actor, payload) in enumerate(said):
        await audit.record(replace(EVENT, id=f"e-{n}", action=action, actor=actor, payload=payload))
    assert list(await audit.decided({"reply", "escalate"}, "ai")) == [
        Decided("t-1", 1, "reply", 0.9125),
        Decided("t-1", 1, "escalate", None),
        Decided("t-1", 1, "escalate", None),
    ]
