"""When people are there, and by when they owe an answer: a business calendar. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from handrail.graph.part import Part

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD_DAYS = 400


class Hours(Part):
    """When people are there. Times are local to `time_zone`; nobody is there from `closes` on.

    `country` is an ISO 3166 code such as "FR" or "DE-BY": its public holidays are days off.
    `days_off` are more of them.
    """

    time_zone: str = "Europe/Paris"
    days: list[Weekday] = Field(default_factory=lambda: list(WEEKDAYS[:5]))
    opens: time = time(9)
    closes: time = time(18)
    country: str | None = None
    days_off: list[date] = Field(default_factory=list)

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as problem:
            raise ValueError(f"{name!r} is no time zone; write one like Europe/Paris") from problem
        return name

    @field_validator("country")
    @classmethod
    def _on_record(cls, code: str | None) -> str | None:
        if code is not None:
            try:
                is_public_holiday(code, date(2026, 1, 1))
            except NotImplementedError as problem:
                mend = "write one like FR or DE-BY, or list `days_off` instead"
                raise ValueError(f"no public holidays are known for {code!r}; {mend}") from problem
        return code

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("`closes` must be later than `opens`, on the same day")
        return self

    def is_open(self, now: datetime) -> bool:
        """Tell whether people are there at an aware moment."""
        return any(opening <= now < closing for opening, closing in self._windows(now, days=1))

    def opens_at(self, now: datetime) -> datetime | None:
        """Return the next opening, in local time; None where there is none within a year."""
        for opening, _ in self._windows(now, days=LOOK_AHEAD_DAYS):
            if opening > now:
                return opening
        return None

    def due_at(self, start: datetime, minutes: float) -> datetime:
        """Return when `minutes` of working time after `start` are over, in UTC.

        Where nobody ever works the minutes of the clock count, so that a handoff is due all the
        same.
        """
        left = timedelta(minutes=minutes)
        for opening, closing in self._windows(start, days=LOOK_AHEAD_DAYS):
            begin = max(opening, start).astimezone(UTC)
            there = closing.astimezone(UTC) - begin
            if there >= left and there > timedelta(0):
                return begin + left
            left -= max(there, timedelta(0))
        return (start + timedelta(minutes=minutes)).astimezone(UTC)

    def _windows(self, start: datetime, *, days: int) -> Iterator[tuple[datetime, datetime]]:
        zone = ZoneInfo(self.time_zone)
        first = start.astimezone(zone).date()
        for day in (first + timedelta(days=ahead) for ahead in range(days)):
            off = day in self.days_off or (self.country and is_public_holiday(self.country, day))
            if WEEKDAYS[day.weekday()] in self.days and not off:
                yield (
                    datetime.combine(day, self.opens, tzinfo=zone),
                    datetime.combine(day, self.closes, tzinfo=zone),
                )


@lru_cache(maxsize=4096)
def is_public_holiday(code: str, day: date) -> bool:
    """Tell whether a day is a public holiday. Raises NotImplementedError for an unknown code."""
    # Here, because it takes 10 MB, and many a policy names no country.
    import holidays  # noqa: PLC0415

    country, _, part = code.partition("-")
    return day in holidays.country_holidays(country, subdiv=part or None, years=day.year)
