"""A code proves who one is: right, in time, in three tries, here, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handrail.store.codes.memory import MemoryCodes
from handrail.tools.identity.step_up import CODE_LASTS, PROOF_LASTS, StepUp

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def step_up(clock: Clock) -> StepUp:
    return StepUp(MemoryCodes(), "of the tests", clock)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


async def test_the_right_code_is_accepted_once_and_trusted_for_half_an_hour(step_up, clock):
    code = await step_up.issue("e-1", "t-1", None, "ada")
    assert len(code) == 6
    assert await step_up.proved("t-1", None) is None
    assert await step_up.prove("t-1", None, code) == "accepted"
    assert await step_up.prove("t-1", None, code) is None
    clock.now += PROOF_LASTS - timedelta(seconds=1)
    assert await step_up.proved("t-1", None) == "ada"
    clock.now += timedelta(seconds=1)
    assert await step_up.proved("t-1", None) is None


async def test_three_wrong_ones_end_it(step_up):
    code = await step_up.issue("e-1", "t-1", None, "ada")
    tries = [await step_up.prove("t-1", None, other(code)) for _ in range(3)]
    assert [*tries, await step_up.prove("t-1", None, code)] == ["wrong"] * 3 + ["too_many"]
    assert await step_up.proved("t-1", None) is None


async def test_it_is_too_late_after_ten_minutes(step_up, clock):
    code = await step_up.issue("e-1", "t-1", None, "ada")
    clock.now += CODE_LASTS
    assert await step_up.prove("t-1", None, code) == "expired"


async def test_an_unknown_account_has_a_code_that_never_fits(step_up):
    code = await step_up.issue("e-1", "t-1", None, None)
    tries = [await step_up.prove("t-1", None, code) for _ in range(4)]
    assert tries == ["wrong"] * 3 + ["too_many"]
    assert await step_up.proved("t-1", None) is None


@pytest.mark.parametrize(("thread", "asked_by"), [("t-2", None), ("t-1", "bo")])
async def test_a_code_from_elsewhere_proves_nothing(step_up, thread, asked_by):
    code = await step_up.issue("e-1", "t-1", None, "ada")
    assert await step_up.prove(thread, asked_by, code) is None
    await step_up.issue("e-2", thread, asked_by, "bo")
    await step_up.prove(thread, asked_by, code)
    assert await step_up.proved(thread, asked_by) is None


async def test_what_is_kept_cannot_be_searched_for_the_code_without_the_secret():
    codes = MemoryCodes()
    code = await StepUp(codes, "one secret", lambda: NOON).issue("e-1", "t-1", None, "ada")
    kept = await codes.attempt("t-1", None, "2026-03-01T12:00:00+00:00")
    assert code not in str(kept)
    assert await StepUp(codes, "another secret", lambda: NOON).prove("t-1", None, code) == "wrong"


async def test_codes_are_drawn_from_all_six_digit_numbers(step_up):
    drawn = [await step_up.issue(f"e-{n}", f"t-{n}", None, "ada") for n in range(400)]
    assert len(set(drawn)) > 390
    assert any(code.startswith("0") for code in drawn)
