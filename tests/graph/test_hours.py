"""Working time: opening hours, days off, public holidays, clocks that change."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handrail.graph.hours import Hours

PARIS = Hours(country="FR")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-24T10:00", 60, "2026-11-24T11:00"),  # a Tuesday, eleven o'clock in Paris
        ("2026-11-24T16:30", 60, "2026-11-25T08:30"),  # half an hour today, the rest tomorrow
        ("2026-11-24T16:00", 60, "2026-11-24T17:00"),  # to the very minute they close
        ("2026-11-27T20:00", 60, "2026-11-30T09:00"),  # over the weekend
        ("2026-12-24T16:30", 60, "2026-12-28T08:30"),  # Christmas is a Friday
        ("2026-03-27T16:30", 60, "2026-03-30T07:30"),  # the clocks go forward on the Sunday
        ("2026-11-24T01:00", 0, "2026-11-24T08:00"),
    ],
)
def test_minutes_of_working_time(start, minutes, due):
    assert PARIS.due_at(at(start), minutes) == at(due)


def test_nobody_ever_there_still_gives_a_time():
    assert Hours(days=[]).due_at(at("2026-11-24T10:00"), 60) == at("2026-11-24T11:00")
    assert Hours(days=[]).opens_at(at("2026-11-24T10:00")) is None


def test_a_day_off_is_no_working_day():
    hours = Hours(days_off=[date(2026, 11, 24)])
    assert not hours.is_open(at("2026-11-24T10:00"))
    assert hours.opens_at(at("2026-11-24T10:00")) == at("2026-11-25T08:00")


@pytest.mark.parametrize(("moment", "there"), [("07:59", False), ("08:00", True), ("17:00", False)])
def test_both_ends_of_the_day(moment, there):
    assert PARIS.is_open(at(f"2026-11-24T{moment}")) is there


@pytest.mark.parametrize(
    "wrong", [{"opens": time(18), "closes": time(9)}, {"country": "ZZ"}, {"time_zone": "Mars"}]
)
def test_wrong_hours_are_refused(wrong):
    with pytest.raises(ValidationError):
        Hours(**wrong)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 5000),
)
def test_due_is_never_early_and_within_working_hours(start, minutes):
    due = PARIS.due_at(start, minutes)
    assert (due - start).total_seconds() >= minutes * 60
    assert PARIS.due_at(start, minutes + 1) > due
