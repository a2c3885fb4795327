"""Ratings of resolved episodes. There is no figure over the paths, and none may be added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args
from uuid import NAMESPACE_URL, uuid5

from handrail.store.csat.figures import PathFigure

ResolutionPath = Literal["ai", "human", "ai_then_human"]
PATHS: tuple[ResolutionPath, ...] = get_args(ResolutionPath)
Rated = Literal["kept", "already_rated", "unknown"]


@dataclass(frozen=True)
class Resolution:
    """One resolved episode, as it was at that moment: what it says is frozen.

    `key` is "thread:episode"; `by` is who resolved it, "customer" where they confirmed it
    themselves; `at` is ISO 8601 in UTC.
    """

    key: str
    path: ResolutionPath
    by: str
    at: str
    channel: str = "chat"

    @property
    def survey_id(self) -> str:
        """Name the one survey of this episode."""
        return survey_of(self.key)


def survey_of(key: str) -> str:
    """Return the id of an episode's survey: always the same one."""
    return str(uuid5(NAMESPACE_URL, f"handrail:survey:{key}"))


@dataclass(frozen=True)
class Surveyed:
    """One resolved episode and the rating it got, None without one.

    `by`, `at` and `channel` are None where the row is older than they are.
    """

    key: str
    path: ResolutionPath
    by: str | None
    at: str | None
    channel: str | None
    rating: int | None
    rated_at: str | None

    @property
    def survey_id(self) -> str:
        """Name the one survey of this episode."""
        return survey_of(self.key)


class Csat(Protocol):
    """Keep which episodes were resolved, by which path, and how they were rated."""

    async def resolved(self, resolution: Resolution) -> None:
        """Note a resolved episode, once for each key: the first call freezes it."""
        ...

    async def rate(self, survey_id: str, rating: int, comment: str, at: str) -> Rated:
        """Keep a rating 1 to 5 and a comment, once. Raises StoreDown.

        The same rating and comment again are "kept": whoever sends them may not know it.
        """
        ...

    async def key_of(self, survey_id: str) -> str | None:
        """Return the key "thread:episode" of a survey, None where there is none."""
        ...

    async def of(self, key: str) -> Surveyed | None:
        """Return the resolved episode "thread:episode", None where it was not. Raises StoreDown."""
        ...

    async def list(self, *, after: str | None = None, limit: int = 1000) -> Sequence[Surveyed]:
        """Return at most `limit` resolved episodes by key, after `after`, each by itself.

        A page with fewer episodes than `limit` is the last one. Raises StoreDown.
        """
        ...

    async def by_path(self, minimum: int) -> dict[ResolutionPath, PathFigure]:
        """Return the figure of each path; withheld below `minimum` ratings."""
        ...
