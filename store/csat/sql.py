"""Ratings in an SQL database."""

from __future__ import annotations

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from handrail.store.base import Base, in_transaction
from handrail.store.csat.figures import PathFigure, figure
from handrail.store.csat.protocol import ResolutionPath

PATHS: tuple[ResolutionPath, ...] = ("ai", "human", "ai_then_human")


class CsatRow(Base):
    """One resolved episode; `rating` is None until the customer gives one."""

    __tablename__ = "csat"

    key: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str]
    rating: Mapped[int | None]


class SqlCsat:
    """Keep ratings in the `csat` table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def resolved(self, key: str, path: ResolutionPath) -> None:
        """Note a resolved episode; the path is frozen by the first call."""

        def work(session: Session) -> None:
            try:
                with session.begin_nested():
                    session.add(CsatRow(key=key, path=path, rating=None))
            except IntegrityError:
                return

        await in_transaction(self._engine, "Noting a resolved episode", work)

    async def rate(self, key: str, rating: int) -> bool:
        """Keep a rating 1 to 5, once."""
        wanted = update(CsatRow).where(CsatRow.key == key, CsatRow.rating.is_(None))
        wanted = wanted.values(rating=rating)

        def work(session: Session) -> bool:
            return session.scalar(wanted.returning(CsatRow.key)) is not None

        return await in_transaction(self._engine, "Keeping a rating", work)

    async def by_path(self, minimum: int) -> dict[ResolutionPath, PathFigure]:
        """Return the figure of each path; withheld below `minimum` ratings."""

        def work(session: Session) -> dict[ResolutionPath, PathFigure]:
            found: dict[ResolutionPath, PathFigure] = {}
            for path in PATHS:
                given = list(session.scalars(select(CsatRow.rating).where(CsatRow.path == path)))
                found[path] = figure(len(given), [r for r in given if r is not None], minimum)
            return found

        return await in_transaction(self._engine, "Reading the ratings", work)
