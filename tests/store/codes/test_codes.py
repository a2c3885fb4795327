"""What every store of one-time codes keeps to."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Engine

from handrail.store.codes.memory import MemoryCodes
from handrail.store.codes.protocol import MOST_TRIES, Challenge, Codes
from handrail.store.codes.sql import SqlCodes

NOW, LATER = "2026-03-01T10:05:00+00:00", "2026-03-01T10:06:00+00:00"
EXPIRY, AFTER = "2026-03-01T10:10:00+00:00", "2026-03-01T10:10:01+00:00"


def challenge(number: int = 1, **changes: str | None) -> Challenge:
    facts: dict[str, str | None] = {
        "id": f"c-{number}", "thread_id": "t-1", "asked_by": None, "customer_id": "ada",
        "code_hash": "0" * 64, "created_at": f"2026-03-01T10:00:{number:02}+00:00",
        "expires_at": EXPIRY,
    }  # fmt: skip
    return Challenge(**(facts | changes))  # type: ignore[arg-type]


@pytest.fixture(params=["memory", "sql"])
def codes(request: pytest.FixtureRequest, engine: Engine) -> Codes:
    return SqlCodes(engine) if request.param == "sql" else MemoryCodes()


async def test_only_the_newest_of_a_conversation_counts(codes: Codes) -> None:
    await codes.issue(challenge(1))
    await codes.issue(challenge(2))
    await codes.issue(challenge(3, thread_id="t-2"))
    await codes.issue(challenge(1))  # the same step again changes nothing
    assert await codes.attempt("t-1", None, NOW) == challenge(2)


@pytest.mark.parametrize(("thread", "asked_by"), [("t-2", None), ("t-1", "bo"), ("", None)])
async def test_it_is_bound_to_conversation_and_customer(
    codes: Codes, thread: str, asked_by: str | None
) -> None:
    await codes.issue(challenge())
    assert not await codes.is_open(thread, asked_by)
    assert await codes.attempt(thread, asked_by, NOW) == "none"
    await codes.accept("c-1", EXPIRY)
    assert await codes.proved(thread, asked_by, NOW) is None
    assert await codes.proved("t-1", None, NOW) == "ada"


async def test_three_tries_and_no_more(codes: Codes) -> None:
    await codes.issue(challenge())
    tries = [await codes.attempt("t-1", None, NOW) for _ in range(MOST_TRIES + 2)]
    assert tries == [challenge()] * 3 + ["too_many"] * 2
    await codes.issue(challenge(2))
    assert await codes.attempt("t-1", None, NOW) == challenge(2)


async def test_many_at_once_are_three_as_well(engine: Engine) -> None:
    codes = SqlCodes(engine)
    await codes.issue(challenge())
    tries = await asyncio.gather(*(codes.attempt("t-1", None, NOW) for _ in range(12)))
    assert sum(isinstance(one, Challenge) for one in tries) == MOST_TRIES


async def test_it_expires(codes: Codes) -> None:
    await codes.issue(challenge())
    assert await codes.attempt("t-1", None, EXPIRY) == "expired"
    assert await codes.is_open("t-1", None)


async def test_it_is_used_once_and_proves_for_a_while(codes: Codes) -> None:
    await codes.issue(challenge())
    assert await codes.proved("t-1", None, NOW) is None
    assert [await codes.accept("c-1", LATER), await codes.accept("c-1", AFTER)] == [True, False]
    assert await codes.attempt("t-1", None, NOW) == "none"
    assert await codes.proved("t-1", None, NOW) == "ada"
    assert await codes.proved("t-1", None, LATER) is None


async def test_a_new_code_does_not_end_the_proof(codes: Codes) -> None:
    await codes.issue(challenge(1))
    await codes.accept("c-1", AFTER)
    await codes.issue(challenge(2, customer_id=None))
    assert await codes.proved("t-1", None, NOW) == "ada"
