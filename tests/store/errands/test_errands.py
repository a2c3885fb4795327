"""What every store of errands keeps to."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Engine, text

from handrail.store.errands.memory import MemoryErrands
from handrail.store.errands.protocol import Errand, Errands
from handrail.store.errands.sql import SqlErrands

NOW, LATER = "2026-03-01T10:05:00+00:00", "2026-03-01T10:06:00+00:00"
LEASE, AFTER = "2026-03-01T10:10:00+00:00", "2026-03-01T10:10:01+00:00"


def errand(number: int = 1, **changes: object) -> Errand:
    facts: dict[str, object] = {
        "id": f"e-{number}", "kind": "password_reset", "identifier": "ada@example.org",
        "is_id": False, "thread_id": "t-1", "asked_by": None, "language": "en",
        "created_at": f"2026-03-01T10:00:{number:02}+00:00",
    }  # fmt: skip
    return Errand(**(facts | changes))  # type: ignore[arg-type]


@pytest.fixture(params=["memory", "sql"])
def errands(request: pytest.FixtureRequest, engine: Engine) -> Errands:
    return SqlErrands(engine) if request.param == "sql" else MemoryErrands()


async def test_an_errand_is_left_once(errands: Errands) -> None:
    assert [await errands.add(errand()), await errands.add(errand())] == [True, False]
    assert await errands.pending() == 1


async def test_one_is_leased_by_one_and_comes_back_after_the_lease(errands: Errands) -> None:
    for number in (2, 1, 3):
        await errands.add(errand(number))
    first = await errands.due(NOW, LEASE, limit=2)
    assert [(it.errand.id, it.attempts) for it in first] == [("e-1", 1), ("e-2", 1)]
    assert first[0].errand == errand(1)
    assert [it.errand.id for it in await errands.due(NOW, LEASE)] == ["e-3"]
    again = await errands.due(AFTER, "2026-03-01T10:20:00+00:00")
    assert sorted((it.errand.id, it.attempts) for it in again) == [
        ("e-1", 2), ("e-2", 2), ("e-3", 2),
    ]  # fmt: skip


async def test_a_failed_one_waits_and_one_given_up_does_not_come_back(errands: Errands) -> None:
    await errands.add(errand())
    [leased] = await errands.due(NOW, LEASE)
    await errands.failed(leased, "the mail server is away", LATER)
    assert await errands.due(NOW, LEASE) == []
    [leased] = await errands.due(LATER, LEASE)
    await errands.failed(leased, "still away", None)
    assert await errands.due(AFTER, LEASE) == []
    assert await errands.pending() == 0


async def test_what_is_stuck_is_known_by_kind_and_age(errands: Errands) -> None:
    await errands.add(errand())
    assert await errands.stuck("password_reset", "2026-03-01T10:00:01+00:00") is None
    assert await errands.stuck("password_reset", NOW) == ""
    assert await errands.stuck("one_time_code", NOW) is None
    [leased] = await errands.due(NOW, LEASE)
    await errands.failed(leased, "away", LATER)
    assert await errands.stuck("password_reset", NOW) == "away"
    [leased] = await errands.due(LATER, LEASE)
    await errands.done(leased, "sent", LATER)
    assert await errands.stuck("password_reset", NOW) is None


async def test_a_late_failure_does_not_undo_what_was_done(errands: Errands) -> None:
    await errands.add(errand())
    [slow] = await errands.due(NOW, LATER)
    [quick] = await errands.due(AFTER, "2026-03-01T10:20:00+00:00")
    await errands.done(quick, "no_account", AFTER)
    await errands.failed(slow, "timed out", AFTER)
    assert await errands.pending() == 0
    assert await errands.due("2026-03-02T00:00:00+00:00", LEASE) == []


async def test_whom_it_was_for_is_forgotten_when_it_is_over(engine: Engine) -> None:
    errands = SqlErrands(engine)
    await errands.add(errand(1))
    await errands.add(errand(2, identifier="bo@example.org"))
    one, two = await errands.due(NOW, LEASE)
    await errands.done(one, "sent", NOW)
    await errands.failed(two, "away", None)
    with engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM errands")).all())
    assert "example.org" not in kept


async def test_two_workers_share_them_out(engine: Engine) -> None:
    if engine.url.database in {None, "", ":memory:"}:
        pytest.skip("one connection, so one worker")
    for number in range(20):
        await SqlErrands(engine).add(errand(number))
    shares = await asyncio.gather(*(SqlErrands(engine).due(NOW, LEASE) for _ in range(4)))
    leased = [it.errand.id for share in shares for it in share]
    assert len(leased) == len(set(leased)) == 20
