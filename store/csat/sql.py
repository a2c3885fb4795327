"""Ratings in an SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Engine, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handrail.store.base import Base, Moment, added, in_transaction, storable
from handrail.store.csat.figures import PathFigure, figure
from handrail.store.csat.protocol import PATHS, Rated, Resolution, ResolutionPath, Surveyed


class CsatRow(Base):
    """One resolved episode; `rating` is None until the customer gives one."""

    __tablename__ = "csat"

    key: Mapped[str] = mapped_column(String(240), primary_key=True)
    path: Mapped[ResolutionPath] = mapped_column(String(32))
    by: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[str | None] = mapped_column(Moment)
    channel: Mapped[str | None] = mapped_column(String(32))
    survey_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    rating: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[str | None] = mapped_column(Moment)


class SqlCsat:
    """Keep ratings in the `csat` table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def resolved(self, resolution: Resolution) -> None:
        """Note a resolved episode, once for each key: the first call freezes it."""

        def work(session: Session) -> None:
            added(session, CsatRow(**asdict(resolution), survey_id=resolution.survey_id))

        await in_transaction(self._engine, "Noting a resolved episode", work)

    async def rate(self, survey_id: str, rating: int, comment: str, at: str) -> Rated:
        """Keep a rating 1 to 5 and a comment, once; the same one again is kept already."""
        of_survey = CsatRow.survey_id == survey_id
        rated = update(CsatRow).where(of_survey, CsatRow.rating.is_(None))
        rated = rated.values(rating=rating, comment=storable(comment), rated_at=at)

        def work(session: Session) -> Rated:
            if session.scalar(rated.returning(CsatRow.key)) is not None:
                return "kept"
            known = session.scalar(select(CsatRow).where(of_survey))
            if known is None:
                return "unknown"
            again = (known.rating, known.comment) == (rating, storable(comment))
            return "kept" if again else "already_rated"

        return await in_transaction(self._engine, "Keeping a rating", work)

    async def key_of(self, survey_id: str) -> str | None:
        """Return the key "thread:episode" of a survey, None where there is none."""
        wanted = select(CsatRow.key).where(CsatRow.survey_id == survey_id)
        return await in_transaction(
            self._engine, "Reading a survey", lambda session: session.scalar(wanted)
        )

    async def of(self, key: str) -> Surveyed | None:
        """Return the resolved episode "thread:episode", None where it was not."""

        def work(session: Session) -> Surveyed | None:
            row = session.get(CsatRow, key)
            return _surveyed(row) if row else None

        return await in_transaction(self._engine, "Reading a resolved episode", work)

    async def list(self, *, after: str | None = None, limit: int = 1000) -> Sequence[Surveyed]:
        """Return at most `limit` resolved episodes by key, after `after`, each by itself."""
        wanted = select(CsatRow).order_by(CsatRow.key).limit(limit)
        if after is not None:
            wanted = wanted.where(CsatRow.key > after)

        def work(session: Session) -> Sequence[Surveyed]:
            return [_surveyed(row) for row in session.scalars(wanted)]

        return await in_transaction(self._engine, "Listing the resolved episodes", work)

    async def by_path(self, minimum: int) -> dict[ResolutionPath, PathFigure]:
        """Return the figure of each path; withheld below `minimum` ratings."""

        def work(session: Session) -> dict[ResolutionPath, PathFigure]:
            found: dict[ResolutionPath, PathFigure] = {}
            for path in PATHS:
                given = list(session.scalars(select(CsatRow.rating).where(CsatRow.path == path)))
                found[path] = figure(len(given), [r for r in given if r is not None], minimum)
            return found

        return await in_transaction(self._engine, "Reading the ratings", work)


def _surveyed(row: CsatRow) -> Surveyed:
    return Surveyed(
        key=row.key, path=row.path, by=row.by, at=row.at, channel=row.channel, rating=row.rating,
        rated_at=row.rated_at,
    )  # fmt: skip
