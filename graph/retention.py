"""How long something is kept, in days; None keeps it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from pydantic import Field, model_validator

from handrail.graph.clock import iso
from handrail.graph.part import Part

Days = int | None


class Retention(Part):
    """Days after which `handrail retention` takes something away; a key that is left out keeps it.

    The defaults take away only what nothing is computed from. `conversations` without a sign of
    life for so long are forgotten whole, as `handrail forget --older-than` does. `transcripts`,
    `comments` and `reviews` are words; their figures stay. Rows of `audit` are what figures are
    computed from: what is taken away there is missing in the reports of that time.
    """

    conversations: Days = Field(default=None, ge=1)
    transcripts: Days = Field(default=None, ge=1)
    comments: Days = Field(default=None, ge=1)
    reviews: Days = Field(default=None, ge=1)
    audit: Days = Field(default=None, ge=30)
    notifications: Days = Field(default=90, ge=1)
    errands: Days = Field(default=30, ge=1)
    codes: Days = Field(default=30, ge=1)
    deliveries: Days = Field(default=30, ge=7)

    @model_validator(mode="after")
    def _conversations_are_found_by_their_trail(self) -> Self:
        if self.audit is not None and self.audit < (self.conversations or self.audit + 1):
            raise ValueError(
                "audit must be as many days as conversations or more, and conversations must be "
                "set with it: they are found by their trail"
            )
        return self

    def lines(self, now: datetime) -> dict[str, str]:
        """Return before which moment each kind goes (ISO 8601, UTC), without those that stay."""
        days: dict[str, Days] = self.model_dump()
        return {
            kind: iso(now - timedelta(days=kept)) for kind, kept in days.items() if kept is not None
        }
