"""Retention: what is old goes, what is young, open or still to be sent stays, a second time nothing."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, inspect, select, update
from sqlalchemy.orm import Session

from handrail.store.accounts import ResetRequestRow
from handrail.store.audit.protocol import AuditEvent
from handrail.store.audit.sql import AuditRow, SqlAudit
from handrail.store.base import added
from handrail.store.channels.tables import ParcelRow
from handrail.store.codes.sql import CodeRow
from handrail.store.csat.protocol import Resolution
from handrail.store.csat.sql import CsatRow, SqlCsat
from handrail.store.errands.sql import ErrandRow
from handrail.store.forgetting.conversations import FORGOTTEN
from handrail.store.handoffs.protocol import HandoffPacket, Step
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.handoffs.tables import HandoffRow
from handrail.store.notifications.tables import DeliveryRow, NotificationRow
from handrail.store.retention.kinds import KINDS
from handrail.store.retention.sql import SqlRetention
from handrail.store.reviews.protocol import Conversation, Pick, Verdict
from handrail.store.reviews.sql import SqlReviews
from handrail.store.reviews.tables import ConversationRow, PickRow, VerdictRow

OLD, LINE, YOUNG = (f"2026-0{month}-01T10:00:00+00:00" for month in (1, 2, 3))
WORDS = "wild boar"
ALL = {kind.line: LINE for kind in KINDS} | {"transcripts": LINE}


@pytest.fixture
def retention(engine) -> SqlRetention:
    return SqlRetention(engine, batch=2)  # so that every kind takes more than one


def left(engine, row, **where) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(row).filter_by(**where))


def keep(engine, *rows) -> None:
    with Session(engine) as session, session.begin():
        for row in rows:
            assert added(session, row), inspect(row)


async def swept(retention, line, *, really=True, hold_legal=False) -> dict[str, int]:
    lines = await retention.sweep({line: LINE}, hold_legal=hold_legal, really=really)
    return {found.what: found.count for found in lines}


async def goes_once(retention, line, expected) -> None:
    """Say beforehand what goes, do it, and find nothing afterwards."""
    assert await swept(retention, line, really=False) == expected
    assert await swept(retention, line) == expected
    assert await swept(retention, line) == {}


def packet(name: str, reason: str = "anger", at: str = OLD) -> HandoffPacket:
    return HandoffPacket(
        id=name, key=f"t-{name}:1", thread_id=f"t-{name}", episode=1,
        reasons=[{"reason": reason, "score": 0.9, "words": [WORDS], "rule": "lexicon"}],
        priority="high", queue="care", owner=None, status="open", created_at=at, due_at=at,
        claimed_at=None, replied_at=None, waiting_since=at, unowned_since=at, closed_at=None,
        false_handoff=None, customer_id="cus_ana", channel="chat", language="en", confidence=0.4,
        policy_version="p-1", summary=f"{reason}: {WORDS}", draft=WORDS, notes=[],
        transcript=[{"id": "m1", "role": "customer", "text": f"a {WORDS}!", "at": at}],
        tool_trace=[{"tool": "x", "args": {"q": WORDS}, "result": {}}], evidence={"e": WORDS},
    )  # fmt: skip


async def handed_over(engine, name: str, *, closed: str | None, reason: str = "anger") -> None:
    handoffs = SqlHandoffs(engine)
    await handoffs.open(packet(name, reason))
    step = Step(event_id=f"{name}:1", act="note", actor="ines", at=OLD, text=f"a {WORDS}")
    await handoffs.act(name, step)
    if closed:
        for act in ("claim", "resolve"):
            step = Step(event_id=f"{name}:{act}", act=act, actor="ines", at=closed)
            assert (await handoffs.act(name, step)).problem is None


async def test_closed_handoffs_lose_their_words_and_keep_their_figures(engine, retention):
    for n in range(3):
        await handed_over(engine, f"old-{n}", closed=OLD)
    await handed_over(engine, "law", closed=OLD, reason="legal")
    await handed_over(engine, "young", closed=YOUNG)
    await handed_over(engine, "open", closed=None)
    handoffs = SqlHandoffs(engine)
    before = await handoffs.standing("t-old-0:1")
    assert await swept(retention, "transcripts", hold_legal=True) == {"transcript": 3}
    assert WORDS in json.dumps(await handoffs.get("law"))
    await goes_once(retention, "transcripts", {"transcript": 1})
    for name in ("old-0", "law"):
        assert WORDS not in json.dumps(await handoffs.get(name))
    after = await handoffs.standing("t-old-0:1")
    assert after | {"summary": "", "reasons": []} == before | {"summary": "", "reasons": []}
    assert [reason["reason"] for reason in after["reasons"]] == ["anger"]
    for name in ("young", "open"):
        assert json.dumps(await handoffs.get(name)).count(WORDS) == 7


async def test_a_comment_goes_and_its_rating_stays(engine, retention):
    csat = SqlCsat(engine)
    await handed_over(engine, "law", closed=OLD, reason="legal")
    for key, at in (("t-a:1", OLD), ("t-b:1", OLD), ("t-law:1", OLD), ("t-c:1", YOUNG)):
        done = Resolution(key=key, path="ai", by="customer", at=at)
        await csat.resolved(done)
        await csat.rate(done.survey_id, 2, WORDS, at)
    assert await swept(retention, "comments", hold_legal=True) == {"csat": 2}
    await goes_once(retention, "comments", {"csat": 1})
    assert left(engine, CsatRow, rating=2) == 4
    assert left(engine, CsatRow, comment=WORDS) == 1


async def test_words_for_reviews_go_and_findings_stay(engine, retention):
    reviews = SqlReviews(engine)
    said = ({"id": "m1", "role": "customer", "text": WORDS, "at": OLD},)
    for key, at in (("a:1", OLD), ("b:1", OLD), ("c:1", OLD), ("d:1", YOUNG)):
        await reviews.keep(Conversation(key, key[0], "cus_ana", "en", at, said))
        await reviews.pick([Pick(key, at, "seed", "Ada", ())])
        await reviews.give(Verdict(key, "Ada", "wrong", at, WORDS))
    await goes_once(retention, "reviews", {"review_conversations": 3, "review_verdicts": 3})
    assert left(engine, ConversationRow) == left(engine, VerdictRow, note=WORDS) == 1
    assert left(engine, PickRow) == left(engine, VerdictRow, finding="wrong") == 4


async def test_a_trail_goes_with_its_episode_and_never_while_somebody_waits(engine, retention):
    audit = SqlAudit(engine)
    await handed_over(engine, "open", closed=None)
    await handed_over(engine, "law", closed=OLD, reason="legal")
    for thread, episode, at in [
        ("t-old", 1, OLD), ("t-old", 1, OLD), ("t-old", 2, OLD), ("t-old", 3, OLD),
        ("t-old", 3, YOUNG), ("t-young", 1, YOUNG), ("t-open", 1, OLD), ("t-law", 1, OLD),
        (f"{FORGOTTEN}p", 1, OLD),
    ]:  # fmt: skip
        id_ = f"{thread}-{episode}-{at}-{left(engine, AuditRow)}"
        await audit.record(AuditEvent(id_[-64:], at, thread, episode, "ai", "reply", "p", {}))
    await goes_once(retention, "forgotten", {"audit": 1})
    assert await swept(retention, "audit", hold_legal=True) == {"audit": 3}
    await goes_once(retention, "audit", {"audit": 1})
    assert left(engine, AuditRow, thread_id="t-old", episode=3) == 2
    assert left(engine, AuditRow, thread_id="t-open") == 1


async def test_notifications_of_closed_handoffs_go_with_their_deliveries(engine, retention):
    await handed_over(engine, "closed", closed=OLD)
    await handed_over(engine, "open", closed=None)
    keep(
        engine,
        *(NotificationRow(id=f"{name}-{at}", kind="opened", handoff_id=name, created_at=at, payload={},
                          fanned_out=True)
          for name in ("closed", "open", "unsent") for at in (OLD, YOUNG)),
    )  # fmt: skip
    told = {"closed": "delivered", "open": "delivered", "unsent": "pending"}
    keep(
        engine,
        *(DeliveryRow(notification_id=f"{name}-{OLD}", target="mail", status=status, attempts=1,
                      next_at=OLD)
          for name, status in told.items()),
    )  # fmt: skip
    ours = left(engine, NotificationRow, handoff_id="closed")  # the store tells of handoffs too
    await goes_once(retention, "notifications", {"notifications": ours - 1})
    assert left(engine, NotificationRow, handoff_id="closed") == 1
    assert left(engine, DeliveryRow) == 2
    assert left(engine, NotificationRow, id=f"open-{OLD}") == 1


async def test_errands_that_are_over_go(engine, retention):
    one = {"kind": "one_time_code", "identifier": "", "is_id": False, "thread_id": "t", "error": "",
           "language": "en", "attempts": 1, "next_at": OLD}  # fmt: skip
    over = [("done", OLD), ("done", OLD), ("dead", OLD), ("waiting", OLD), ("done", YOUNG)]
    keep(
        engine,
        *(ErrandRow(id=str(n), status=status, created_at=at, **one)
          for n, (status, at) in enumerate(over)),
    )  # fmt: skip
    await goes_once(retention, "errands", {"errands": 3})
    assert left(engine, ErrandRow, status="waiting") == 1


async def test_codes_and_links_that_prove_nothing_go(engine, retention):
    one = {"thread_id": "t", "code_hash": "0", "created_at": OLD, "tries": 0, "ended": True}
    codes = [(OLD, None), (OLD, OLD), (OLD, OLD), (OLD, YOUNG), (YOUNG, None)]
    keep(
        engine,
        *(CodeRow(id=str(n), expires_at=expires, proves_until=until, **one)
          for n, (expires, until) in enumerate(codes)),
        *(ResetRequestRow(token_hash=at, requested_at=OLD, expires_at=at) for at in (OLD, YOUNG)),
    )  # fmt: skip
    await goes_once(retention, "codes", {"one_time_codes": 3, "reset_requests": 1})
    assert left(engine, CodeRow) == 2
    assert left(engine, ResetRequestRow) == 1


async def test_deliveries_of_chat_products_that_are_over_go(engine, retention):
    one = {"thread_id": "t", "direction": "in", "kind": "message", "sequence": 1, "number": 1,
           "due_at": OLD, "attempts": 1, "outcome": "", "body": {}}  # fmt: skip
    over = [("done", OLD), ("dead", OLD), ("done", OLD), ("waiting", OLD), ("done", YOUNG)]
    keep(
        engine,
        *(ParcelRow(key=str(n), status=status, at=at, **one) for n, (status, at) in enumerate(over)),
    )  # fmt: skip
    await goes_once(retention, "deliveries", {"channel_parcels": 3})
    assert left(engine, ParcelRow, status="waiting") == 1


async def test_without_a_line_nothing_goes(engine, retention):
    await handed_over(engine, "old", closed=OLD)
    assert await retention.sweep({}, hold_legal=False, really=True) == []
    assert await retention.sweep(ALL | {"transcripts": OLD}, hold_legal=False, really=False)
    assert left(engine, HandoffRow, summary=f"anger: {WORDS}") == 1


async def test_a_row_that_a_worker_holds_is_left_for_the_next_time(engine, retention):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    row = {"kind": "k", "is_id": False, "thread_id": "t", "error": "", "language": "en",
           "attempts": 1, "next_at": OLD, "status": "done", "created_at": OLD, "identifier": ""}  # fmt: skip
    keep(engine, *(ErrandRow(id=name, **row) for name in ("held", "free")))
    with Session(engine) as worker, worker.begin():
        worker.execute(update(ErrandRow).where(ErrandRow.id == "held").values(attempts=2))
        assert await swept(retention, "errands") == {"errands": 1}
    assert await swept(retention, "errands") == {"errands": 1}
