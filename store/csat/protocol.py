"""Ratings of resolved episodes. There is no figure over the paths, and none may be added."""

from __future__ import annotations

from typing import Literal, Protocol

from handrail.store.csat.figures import PathFigure

ResolutionPath = Literal["ai", "human", "ai_then_human"]


class Csat(Protocol):
    """Keep which episodes were resolved, by which path, and how they were rated."""

    async def resolved(self, key: str, path: ResolutionPath) -> None:
        """Note a resolved episode, once for each key "thread:episode". Raises StoreDown."""
        ...

    async def rate(self, key: str, rating: int) -> bool:
        """Keep a rating 1 to 5, once; False where there is nothing to rate or it was rated."""
        ...

    async def by_path(self, minimum: int) -> dict[ResolutionPath, PathFigure]:
        """Return the figure of each path; withheld below `minimum` ratings."""
        ...
