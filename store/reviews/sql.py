"""Reviews in an SQL database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from handrail.store.base import added, in_transaction, storable
from handrail.store.reviews.protocol import Conversation, NotPicked, Pick, Review, Verdict
from handrail.store.reviews.tables import (
    ConversationRow,
    PickRow,
    VerdictRow,
    conversation_of,
    pick_of,
    row_of,
    verdict_of,
)


class SqlReviews:
    """Keep reviews in `review_conversations`, `review_picks` and `review_verdicts`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def keep(self, conversation: Conversation) -> None:
        """Keep a conversation, once for each key: the first call freezes it."""

        def work(session: Session) -> None:
            added(session, row_of(conversation))

        await in_transaction(self._engine, "Keeping a conversation for review", work)

    async def conversation(self, key: str) -> Conversation | None:
        """Return the conversation of "thread:episode", None where none was kept."""

        def work(session: Session) -> Conversation | None:
            row = session.get(ConversationRow, key)
            return conversation_of(row) if row else None

        return await in_transaction(self._engine, "Reading a conversation for review", work)

    async def pick(self, picks: Sequence[Pick]) -> None:
        """Note what was picked, once for each key: the first pick of an episode stays."""

        def work(session: Session) -> None:
            for pick in picks:
                added(session, PickRow(**{**asdict(pick), "topics": list(pick.topics)}))

        await in_transaction(self._engine, "Noting what was picked for review", work)

    async def give(self, verdict: Verdict) -> bool:
        """Keep a verdict, unless the reviewer's last one says the same. Raises NotPicked."""
        note = storable(verdict.note)
        # A write that changes nothing makes two verdicts at once take turns.
        lock = update(PickRow).where(PickRow.key == verdict.key).values(seed=PickRow.seed)
        mine = select(VerdictRow).where(VerdictRow.key == verdict.key, VerdictRow.by == verdict.by)
        mine = mine.order_by(VerdictRow.revision.desc()).limit(1)

        def work(session: Session) -> bool:
            if session.scalar(lock.returning(PickRow.key)) is None:
                raise NotPicked(verdict.key)
            last = session.scalar(mine)
            if last and (last.finding, last.note) == (verdict.finding, note):
                return False
            revision = last.revision + 1 if last else 1
            session.add(VerdictRow(**{**asdict(verdict), "note": note}, revision=revision))
            return True

        return await in_transaction(self._engine, "Keeping a verdict", work)

    async def given(self, key: str) -> Sequence[Verdict]:
        """Return every verdict on an episode, corrected ones too, oldest first."""
        wanted = select(VerdictRow).where(VerdictRow.key == key)
        wanted = wanted.order_by(VerdictRow.at, VerdictRow.by, VerdictRow.revision)

        def work(session: Session) -> Sequence[Verdict]:
            return [verdict_of(row) for row in session.scalars(wanted)]

        return await in_transaction(self._engine, "Reading the verdicts", work)

    async def list(self) -> Sequence[Review]:
        """Return everything that was picked, the earliest picks first."""
        picks = select(PickRow).order_by(PickRow.at, PickRow.key)
        verdicts = select(VerdictRow).order_by(VerdictRow.by, VerdictRow.revision)

        def work(session: Session) -> Sequence[Review]:
            latest: dict[str, dict[str, Verdict]] = defaultdict(dict)
            for row in session.scalars(verdicts):
                latest[row.key][row.by] = verdict_of(row)
            return [
                Review(pick_of(row), tuple(latest[row.key].values()))
                for row in session.scalars(picks)
            ]

        return await in_transaction(self._engine, "Listing the reviews", work)
