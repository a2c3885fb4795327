"""One-time codes in an SQL database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Select, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handrail.store.base import Base, Moment, changed, in_transaction
from handrail.store.codes.protocol import MOST_TRIES, Challenge, Refusal


class CodeRow(Base):
    """One challenge. `ended` is set when it is used or replaced; `proves_until` when it is used."""

    __tablename__ = "one_time_codes"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread_id: Mapped[str] = mapped_column(String(200), index=True)
    asked_by: Mapped[str | None] = mapped_column(String(128))
    customer_id: Mapped[str | None] = mapped_column(String(128), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[str] = mapped_column(Moment)
    expires_at: Mapped[str] = mapped_column(Moment)
    tries: Mapped[int]
    ended: Mapped[bool]
    proves_until: Mapped[str | None] = mapped_column(Moment)


class SqlCodes:
    """Keep challenges in the table `one_time_codes`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def issue(self, challenge: Challenge) -> None:
        """Keep a challenge, once for each id. Older ones of the conversation end."""
        older = update(CodeRow).where(CodeRow.thread_id == challenge.thread_id).values(ended=True)

        def work(session: Session) -> None:
            if session.get(CodeRow, challenge.id) is None:
                changed(session, older)
                session.add(CodeRow(**vars(challenge), tries=0, ended=False))

        await in_transaction(self._engine, "Keeping a one-time code", work)

    async def is_open(self, thread_id: str, asked_by: str | None) -> bool:
        """Tell whether a conversation has a challenge that was not used, however old."""
        found = _open(thread_id, asked_by).limit(1)
        return await in_transaction(
            self._engine, "Looking for a one-time code", lambda s: s.scalar(found) is not None
        )

    async def attempt(self, thread_id: str, asked_by: str | None, now: str) -> Challenge | Refusal:
        """Return the challenge to compare a code with, and count one try."""
        newest = _open(thread_id, asked_by).order_by(CodeRow.created_at.desc()).limit(1)

        def work(session: Session) -> Challenge | Refusal:
            row = session.scalar(newest)
            if row is None:
                return "none"
            if row.expires_at <= now:
                return "expired"
            counted = update(CodeRow).where(CodeRow.id == row.id, CodeRow.tries < MOST_TRIES)
            if not changed(session, counted.values(tries=CodeRow.tries + 1)):
                return "too_many"
            return Challenge(
                id=row.id, thread_id=row.thread_id, asked_by=row.asked_by,
                customer_id=row.customer_id, code_hash=row.code_hash, created_at=row.created_at,
                expires_at=row.expires_at,
            )  # fmt: skip

        return await in_transaction(self._engine, "Checking a one-time code", work)

    async def accept(self, challenge_id: str, until: str) -> bool:
        """Use a challenge up: the conversation is trusted till `until`. False if it was used."""
        used = update(CodeRow).where(CodeRow.id == challenge_id, CodeRow.ended.is_(False))
        used = used.values(ended=True, proves_until=until)
        return bool(
            await in_transaction(
                self._engine, "Using a one-time code", lambda session: changed(session, used)
            )
        )

    async def proved(self, thread_id: str, asked_by: str | None, now: str) -> str | None:
        """Return the customer that a conversation has proved to be, as long as that lasts."""
        newest = (
            select(CodeRow.customer_id)
            .where(
                CodeRow.thread_id == thread_id,
                CodeRow.asked_by.is_not_distinct_from(asked_by),
                CodeRow.proves_until > now,
            )
            .order_by(CodeRow.created_at.desc())
            .limit(1)
        )
        return await in_transaction(
            self._engine, "Reading who has proved themselves", lambda s: s.scalar(newest)
        )


def _open(thread_id: str, asked_by: str | None) -> Select[Any]:
    return select(CodeRow).where(
        CodeRow.thread_id == thread_id,
        CodeRow.asked_by.is_not_distinct_from(asked_by),
        CodeRow.ended.is_(False),
    )
