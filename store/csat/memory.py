"""Ratings in memory: for replay and tests, gone when the process ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handrail.store.csat.figures import PathFigure, figure
from handrail.store.csat.protocol import (
    PATHS,
    Rated,
    Resolution,
    ResolutionPath,
    Surveyed,
    survey_of,
)


class MemoryCsat:
    """Keep the same promises as the SQL adapter, in a dictionary, for one event loop."""

    def __init__(self) -> None:
        self._by_key: dict[str, Surveyed] = {}
        self._comments: dict[str, str] = {}

    async def resolved(self, resolution: Resolution) -> None:
        """Note a resolved episode, once for each key: the first call freezes it."""
        noted = Surveyed(
            key=resolution.key, path=resolution.path, by=resolution.by, at=resolution.at,
            channel=resolution.channel, rating=None, rated_at=None,
        )  # fmt: skip
        self._by_key.setdefault(resolution.key, noted)

    async def rate(self, survey_id: str, rating: int, comment: str, at: str) -> Rated:
        """Keep a rating 1 to 5 and a comment, once; the same one again is kept already."""
        key = await self.key_of(survey_id)
        if key is None:
            return "unknown"
        if self._by_key[key].rating is not None:
            again = (self._by_key[key].rating, self._comments[key]) == (rating, comment)
            return "kept" if again else "already_rated"
        self._by_key[key] = replace(self._by_key[key], rating=rating, rated_at=at)
        self._comments[key] = comment
        return "kept"

    async def key_of(self, survey_id: str) -> str | None:
        """Return the key "thread:episode" of a survey, None where there is none."""
        return next((key for key in self._by_key if survey_of(key) == survey_id), None)

    async def of(self, key: str) -> Surveyed | None:
        """Return the resolved episode "thread:episode", None where it was not."""
        return self._by_key.get(key)

    async def list(self, *, after: str | None = None, limit: int = 1000) -> Sequence[Surveyed]:
        """Return at most `limit` resolved episodes by key, after `after`, each by itself."""
        keys = sorted(key for key in self._by_key if after is None or key > after)
        return [self._by_key[key] for key in keys[:limit]]

    async def by_path(self, minimum: int) -> dict[ResolutionPath, PathFigure]:
        """Return the figure of each path; withheld below `minimum` ratings."""
        found: dict[ResolutionPath, PathFigure] = {}
        for path in PATHS:
            given = [row.rating for row in self._by_key.values() if row.path == path]
            found[path] = figure(len(given), [r for r in given if r is not None], minimum)
        return found
