"""Forgetting: no table keeps a word or a name, the figures stay, and a second time finds nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from handrail.store.accounts import ResetRequestRow
from handrail.store.audit.protocol import AuditEvent
from handrail.store.audit.sql import AuditRow, SqlAudit
from handrail.store.channels.protocol import AccountLink, Parcel, Place
from handrail.store.channels.sql import SqlChannels
from handrail.store.codes.sql import CodeRow
from handrail.store.csat.protocol import Resolution
from handrail.store.csat.sql import SqlCsat
from handrail.store.customers.sql import CustomerRow
from handrail.store.database import TABLES, Base
from handrail.store.errands.sql import ErrandRow
from handrail.store.forgetting.fates import FATES
from handrail.store.forgetting.payloads import without_words
from handrail.store.forgetting.sql import SqlForgetting
from handrail.store.forgetting.wish import Wish
from handrail.store.handoffs.protocol import HandoffPacket, Step
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.handoffs.tables import HandoffRow
from handrail.store.reviews.protocol import Conversation, Pick, Verdict
from handrail.store.reviews.sql import SqlReviews
from handrail.store.shop import OrderRow

ANA, BEN = "cus_ana", "cus_ben"
ID = {"t-ana": "h-1", "t-ben": "h-2"}
AT, NOW = "2026-03-01T10:00:00+00:00", "2026-04-01T10:00:00+00:00"
WORDS = "wild boar"  # what Ana wrote, and everything about her, holds it
WISH = Wish(
    customer=ANA, threads=frozenset({"t-ana"}), now=NOW, keep_from="2025-01-01", until="2029-04-01"
)


def packet(thread: str, customer: str, reason: str = "anger") -> HandoffPacket:
    return HandoffPacket(
        id=ID[thread], key=f"{thread}:1", thread_id=thread, episode=1,
        reasons=[{"reason": reason, "score": 0.9, "words": [WORDS], "rule": "lexicon"}],
        priority="high", queue="care", owner=None, status="open", created_at=AT, due_at=AT,
        claimed_at=None, replied_at=None, waiting_since=AT, unowned_since=AT, closed_at=None,
        false_handoff=None, customer_id=customer, channel="chat", language="en", confidence=0.4,
        policy_version="p-1", summary=f"{reason}: {WORDS}", draft=WORDS, notes=[],
        transcript=[{"id": "m1", "role": "customer", "text": f"a {WORDS}!", "at": AT}],
        tool_trace=[{"tool": "x", "args": {"q": WORDS}, "result": {}}], evidence={"e": WORDS},
    )  # fmt: skip


async def fill(engine: Engine, thread: str, customer: str, reason: str = "anger") -> None:
    handoffs, reviews, csat = SqlHandoffs(engine), SqlReviews(engine), SqlCsat(engine)
    await handoffs.open(packet(thread, customer, reason))
    note = Step(
        event_id=f"{thread}:n", act="note", actor="noor", at=AT, text=f"a {WORDS}, she says"
    )
    await handoffs.act(ID[thread], note)
    said = {"id": "m1", "role": "customer", "text": WORDS, "at": AT}
    await reviews.keep(Conversation(f"{thread}:2", thread, customer, "en", AT, (said,)))
    await reviews.pick([Pick(f"{thread}:2", AT, "seed", "Ada", ("refund_policy",))])
    await reviews.give(Verdict(f"{thread}:2", "Ada", "wrong", AT, f"about a {WORDS}"))
    resolved = Resolution(key=f"{thread}:2", path="ai", by="customer", at=AT)
    await csat.resolved(resolved)
    await csat.rate(resolved.survey_id, 2, WORDS, AT)
    payload = {"topic": "refund_policy", "route": "automate", "confidence": 0.8, "said": WORDS,
               "signals": {"legal": {"fired": False, "score": 0.1, "words": [WORDS], "rule": "r"}},
               "evidence": {"margin": 0.3, "quote": WORDS}}  # fmt: skip
    event = AuditEvent(f"e-{thread}", AT, thread, 2, "ai", "reply", "p-1", payload)
    await SqlAudit(engine).record(event)
    channels = SqlChannels(engine)
    place = Place(thread, "slack", f"C1:{thread}", customer, AT)
    await channels.keep(place, Parcel(thread, "in", "m1", "message", AT, AT, {"text": WORDS}))
    await channels.link(AccountLink("slack", f"U-{customer}", customer, AT, "key:shop"))
    with Session(engine) as session, session.begin():
        session.add(CustomerRow(id=customer, name=customer, email=f"{customer}@example.com",
                                email_key=f"{customer}@example.com", locale="en", vip=False))  # fmt: skip
        session.flush()
        session.add(
            CodeRow(
                id=thread,
                thread_id=thread,
                customer_id=customer,
                code_hash="0",
                created_at=AT,
                expires_at=AT,
                tries=0,
                ended=True,
                proves_until=AT,
            )
        )
        session.add(
            ErrandRow(
                id=thread,
                kind="one_time_code",
                identifier=f"{customer}@example.com",
                is_id=False,
                thread_id="elsewhere",
                language="en",
                created_at=AT,
                status="waiting",
                attempts=1,
                next_at=AT,
                error="",
            )
        )
        session.add(
            ResetRequestRow(token_hash=thread, customer_id=customer, requested_at=AT, expires_at=AT)
        )
        session.add(OrderRow(number=f"FH-{thread}", prefix="FH", rest=thread, customer_id=customer,
                             status="shipped"))  # fmt: skip


def everything(engine: Engine) -> dict[str, str]:
    """Return what each table but the shop's own holds, as text."""
    with engine.connect() as connection:
        return {
            name: repr(connection.execute(select(table)).all())
            for name, table in Base.metadata.tables.items()
            if FATES[name].fate != "kept"
        }


def name_of(of: str) -> str:
    return f"p{len(of)}{of[::-1][:2]}"


@pytest.fixture
def forgetting(engine: Engine) -> SqlForgetting:
    return SqlForgetting(engine, name_of)


def test_every_table_has_its_fate():
    assert set(FATES) == set(Base.metadata.tables) == {row.__tablename__ for row in TABLES}
    assert all(rule.why for rule in FATES.values())


async def test_no_word_and_no_name_is_left_and_nobody_else_is_touched(engine, forgetting):
    await fill(engine, "t-ana", ANA)
    await fill(engine, "t-ben", BEN)
    assert await forgetting.threads_of(ANA) == {"t-ana"}
    lines = await forgetting.forget(WISH, really=True)
    counts = {line.what: line.count for line in lines}
    assert {line.what for line in lines if line.fate == "kept"} == {"customers", "orders"}
    for table, rule in FATES.items():
        if rule.fate != "kept":
            assert counts.get(table, 0) >= (table != "deliveries"), table
    for table, held in everything(engine).items():
        assert ANA not in held, table
        assert "t-ana" not in held, table
    await fill_is_whole(engine, "t-ben")


async def fill_is_whole(engine: Engine, thread: str) -> None:
    kept = await SqlHandoffs(engine).get(ID[thread])
    assert kept is not None
    assert WORDS in kept["transcript"][0]["text"]
    assert kept["notes"]
    assert (await SqlReviews(engine).conversation(f"{thread}:2")) is not None
    assert len(await SqlAudit(engine).list(thread)) == 1


async def test_alone_in_the_database_no_word_is_left_at_all(engine, forgetting):
    await fill(engine, "t-ana", ANA)
    await forgetting.forget(WISH, really=True)
    assert WORDS not in repr(everything(engine))
    assert ANA not in repr(everything(engine))


async def test_the_figures_stay(engine, forgetting):
    await fill(engine, "t-ana", ANA)
    before = await SqlCsat(engine).by_path(1)
    await forgetting.forget(WISH, really=True)
    assert await SqlCsat(engine).by_path(1) == before
    (standing,) = await SqlHandoffs(engine).list()
    assert (standing["status"], standing["closed_at"]) == ("abandoned", NOW)
    assert standing["reasons"] == [
        {"reason": "anger", "score": 0.9, "words": [], "rule": "lexicon"}
    ]
    assert (await SqlReviews(engine).list())[0].verdicts[0].finding == "wrong"
    (row,) = await SqlAudit(engine).list("forgotten-" + name_of("t-ana"))
    assert (row.payload["topic"], row.payload["confidence"]) == ("refund_policy", 0.8)
    assert row.payload["signals"]["legal"]["score"] == 0.1
    assert row.payload["evidence"] == {"margin": 0.3}


async def test_it_is_recorded_without_a_name_and_a_second_time_finds_nothing(engine, forgetting):
    await fill(engine, "t-ana", ANA)
    await forgetting.forget(WISH, really=True)
    (row,) = await SqlAudit(engine).list("forgotten--")
    assert (row.action, row.payload["who"]) == ("forget", name_of(ANA))
    assert row.payload["counts"]["erased: transcript"] == 1
    before = everything(engine)
    again = await forgetting.forget(replace(WISH, now="2026-05-01T10:00:00+00:00"), really=True)
    assert {line.fate for line in again} == {"kept"}
    assert everything(engine) == before


async def test_a_dry_run_says_the_same_and_changes_nothing(engine, forgetting):
    await fill(engine, "t-ana", ANA)
    before = everything(engine)
    said = await forgetting.forget(WISH, really=False)
    assert everything(engine) == before
    assert await forgetting.forget(WISH, really=True) == said


async def test_somebody_unknown(engine, forgetting):
    wish = replace(WISH, customer="cus_nobody", threads=frozenset({"t-none"}))
    assert await forgetting.forget(wish, really=True) == []
    with Session(engine) as session:
        assert session.scalars(select(AuditRow)).all() == []


async def test_a_legal_handoff_on_hold_stays_with_its_words(engine, forgetting):
    await fill(engine, "t-ana", ANA, "legal")
    assert await forgetting.held({"t-ana"}) == {"t-ana"}
    lines = await forgetting.forget(replace(WISH, hold_legal=True), really=True)
    assert [line.why for line in lines if line.what == "handoffs"] == [
        "legal: on hold, with their words"
    ]
    kept = await SqlHandoffs(engine).get(ID["t-ana"])
    assert kept is not None
    assert kept["customer_id"] == ANA
    assert WORDS in kept["transcript"][0]["text"]
    assert await SqlReviews(engine).conversation("t-ana:2") is None  # another episode
    assert {line.what for line in await forgetting.forget(WISH, really=True)} >= {"transcript"}


async def test_what_is_older_than_it_has_to_be_kept_goes_altogether(engine, forgetting):
    await fill(engine, "t-ana", ANA)
    await forgetting.forget(replace(WISH, keep_from="2026-03-15"), really=True)
    assert [e.action for e in await SqlAudit(engine).page()] == ["forget"]


async def test_old_conversations_are_those_that_wait_for_nobody(engine, forgetting):
    await fill(engine, "t-ana", ANA)
    assert await forgetting.idle_since("2026-03-02") == set()  # its handoff is open
    await forgetting.forget(WISH, really=True)
    await fill(engine, "t-ben", BEN)
    with Session(engine) as session, session.begin():
        session.execute(HandoffRow.__table__.update().values(closed_at=AT, status="resolved"))
    assert await forgetting.idle_since("2026-03-02") == {"t-ben"}
    assert await forgetting.idle_since("2026-02-01") == set()


async def test_the_file_itself_holds_no_word(tmp_path):
    from handrail.store.database import open_database
    from handrail.store.migrate import migrate

    engine = open_database(f"sqlite:///{tmp_path / 'handrail.db'}")
    migrate(engine)
    await fill(engine, "t-ana", ANA)
    assert any(WORDS.encode() in file.read_bytes() for file in tmp_path.iterdir())
    await SqlForgetting(engine, name_of).forget(WISH, really=True)
    assert not any(WORDS.encode() in file.read_bytes() for file in tmp_path.iterdir())
    engine.dispose()


@pytest.mark.parametrize("thread", ["t%", "t_ana", "t", "t-ana:1"])
async def test_a_name_that_is_like_another_is_not_that_one(engine, forgetting, thread):
    await fill(engine, "t-ana", ANA)
    wish = replace(WISH, customer=None, threads=frozenset({thread}))
    assert await forgetting.forget(wish, really=True) == []


def test_a_payload_keeps_figures_only():
    made = without_words(
        {"said": WORDS, "email": "a@b.c", "evidence": {"a": [1, WORDS], "b": True}}
    )
    assert made == {"signals": {}, "evidence": {"a": [1], "b": True}}
