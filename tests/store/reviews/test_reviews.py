"""The contract of the wrong-answer audits, on every adapter."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from handrail.store.errors import StoreDown
from handrail.store.handoffs.protocol import Entry
from handrail.store.reviews.memory import MemoryReviews
from handrail.store.reviews.protocol import (
    Conversation,
    NotPicked,
    Pick,
    Review,
    Reviews,
    Verdict,
)
from handrail.store.reviews.sql import SqlReviews
from handrail.store.reviews.tables import ConversationRow, VerdictRow

AT = "2026-03-01T10:00:00+00:00"
LATER = "2026-03-01T11:00:00+00:00"
SAID = Conversation(
    key="t-1:1", thread_id="t-1", customer_id="cus_ana", language="es", at=AT,
    transcript=(
        Entry(id="m-1", role="customer", text="¿cuánto tarda?", at=None),
        Entry(id="m-2", role="ai", text="Tres días.", at=AT),
    ),
)  # fmt: skip
PICK = Pick(key="t-1:1", at=AT, seed="march", reviewer="Ada", topics=("delivery", "sizes"))
RIGHT = Verdict(key="t-1:1", by="Ada", finding="right", at=AT, note="as the article says")


@pytest.fixture
def sql(engine: Engine) -> SqlReviews:
    return SqlReviews(engine)


@pytest.fixture(params=["sql", "memory"])
def reviews(request: pytest.FixtureRequest, sql: SqlReviews) -> Reviews:
    return sql if request.param == "sql" else MemoryReviews()


async def test_a_conversation_comes_back_as_it_was_first(reviews: Reviews) -> None:
    await reviews.keep(SAID)
    await reviews.keep(replace(SAID, transcript=(), language="en"))
    assert await reviews.conversation("t-1:1") == SAID
    assert await reviews.conversation("t-1:2") is None


async def test_the_same_conversation_eight_times_at_once_is_one(reviews: Reviews) -> None:
    await asyncio.gather(*(reviews.keep(SAID) for _ in range(8)))
    assert await reviews.conversation("t-1:1") == SAID


async def test_an_episode_is_picked_once(reviews: Reviews) -> None:
    await reviews.pick([PICK, replace(PICK, key="t-2:1", reviewer=None, topics=())])
    await reviews.pick([replace(PICK, seed="april", at=LATER), replace(PICK, key="a:1", at=LATER)])
    found = await reviews.list()
    assert [review.pick.key for review in found] == ["t-1:1", "t-2:1", "a:1"]
    assert found[0] == Review(PICK)
    assert found[1].pick.reviewer is None


async def test_a_pick_needs_no_conversation_that_was_kept(reviews: Reviews) -> None:
    await reviews.pick([PICK])
    assert await reviews.conversation(PICK.key) is None


async def test_a_verdict_counts_once_for_each_reviewer(reviews: Reviews) -> None:
    await reviews.pick([PICK])
    assert await reviews.give(RIGHT)
    assert not await reviews.give(replace(RIGHT, at=LATER))
    wrong = replace(RIGHT, by="Omar", finding="wrong", at=LATER)
    assert await reviews.give(wrong)
    assert await reviews.list() == [Review(PICK, (RIGHT, wrong))]


async def test_a_correction_counts_and_what_it_corrects_stays(reviews: Reviews) -> None:
    await reviews.pick([PICK])
    await reviews.give(RIGHT)
    corrected = replace(RIGHT, finding="wrong", at=LATER, note="the article is out of date")
    assert await reviews.give(corrected)
    assert [review.verdicts for review in await reviews.list()] == [(corrected,)]
    assert await reviews.given("t-1:1") == [RIGHT, corrected]
    again = replace(RIGHT, at="2026-03-01T12:00:00+00:00")
    assert await reviews.give(again)
    assert [review.verdicts for review in await reviews.list()] == [(again,)]


async def test_what_was_not_picked_gets_no_verdict(reviews: Reviews) -> None:
    await reviews.keep(SAID)
    with pytest.raises(NotPicked, match="audit list"):
        await reviews.give(RIGHT)
    assert await reviews.given("t-1:1") == []


async def test_the_same_verdict_eight_times_at_once_is_one(reviews: Reviews) -> None:
    await reviews.pick([PICK])
    kept = await asyncio.gather(*(reviews.give(RIGHT) for _ in range(8)))
    assert sorted(kept) == [False] * 7 + [True]
    assert await reviews.given("t-1:1") == [RIGHT]


@pytest.mark.parametrize("adapter", [SqlReviews, MemoryReviews])
def test_verdicts_are_added_and_never_changed(adapter: type) -> None:
    public = {name for name in dir(adapter) if not name.startswith("_")}
    assert public == {"keep", "conversation", "pick", "give", "given", "list"}


async def test_the_words_of_customers_stand_in_one_table(sql: SqlReviews, engine: Engine) -> None:
    await sql.keep(SAID)
    await sql.pick([PICK])
    await sql.give(RIGHT)
    with Session(engine) as session, session.begin():
        session.query(ConversationRow).delete()
    [review] = await sql.list()
    assert review.verdicts == (RIGHT,)
    assert await sql.conversation("t-1:1") is None
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(VerdictRow)) == 1


async def test_text_that_no_database_takes_is_kept_readable(sql: SqlReviews) -> None:
    odd = Entry(id="m-1", role="customer", text="a\x00b\ud800", at=None)
    await sql.keep(replace(SAID, transcript=(odd,)))
    await sql.pick([PICK])
    assert await sql.give(replace(RIGHT, note="\x00"))
    assert not await sql.give(replace(RIGHT, note="\x00"))
    kept = await sql.conversation("t-1:1")
    assert kept is not None
    assert kept.transcript[0]["text"] == "a\u2400b?"


async def test_without_its_table_it_is_store_down(sql: SqlReviews, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE review_verdicts")
        connection.exec_driver_sql("DROP TABLE review_picks")
    with pytest.raises(StoreDown, match="Listing the reviews failed"):
        await sql.list()
