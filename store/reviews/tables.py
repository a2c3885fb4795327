"""The tables of reviews: conversations, picks, and verdicts that are added and never changed."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handrail.store.base import Base, Moment, storable
from handrail.store.handoffs.protocol import Entry
from handrail.store.reviews.protocol import Conversation, Finding, Pick, Verdict


class ConversationRow(Base):
    """The words of one AI-resolved episode. No other table of reviews holds a customer's words."""

    __tablename__ = "review_conversations"

    key: Mapped[str] = mapped_column(String(240), primary_key=True)
    thread_id: Mapped[str] = mapped_column(String(200), index=True)
    customer_id: Mapped[str | None] = mapped_column(String(128), index=True)
    language: Mapped[str] = mapped_column(String(35))
    at: Mapped[str] = mapped_column(Moment)
    transcript: Mapped[list[Entry]] = mapped_column(JSON)


class PickRow(Base):
    """One episode that was picked for review."""

    __tablename__ = "review_picks"

    key: Mapped[str] = mapped_column(String(240), primary_key=True)
    at: Mapped[str] = mapped_column(Moment)
    seed: Mapped[str] = mapped_column(String(100))
    reviewer: Mapped[str | None] = mapped_column(String(200))
    topics: Mapped[list[str]] = mapped_column(JSON)


class VerdictRow(Base):
    """One verdict. `revision` counts a reviewer's verdicts on one episode; the highest counts."""

    __tablename__ = "review_verdicts"

    key: Mapped[str] = mapped_column(ForeignKey("review_picks.key"), primary_key=True)
    by: Mapped[str] = mapped_column(String(200), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    finding: Mapped[Finding] = mapped_column(String(16))
    at: Mapped[str] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(Text)


def row_of(conversation: Conversation) -> ConversationRow:
    """Return the row of a conversation, in text that every database takes."""
    said: list[Entry] = [
        {**entry, "text": storable(entry["text"])} for entry in conversation.transcript
    ]
    return ConversationRow(
        key=conversation.key,
        thread_id=conversation.thread_id,
        customer_id=conversation.customer_id,
        language=conversation.language,
        at=conversation.at,
        transcript=said,
    )


def conversation_of(row: ConversationRow) -> Conversation:
    """Return the conversation that a row holds."""
    return Conversation(
        key=row.key,
        thread_id=row.thread_id,
        customer_id=row.customer_id,
        language=row.language,
        at=row.at,
        transcript=tuple(row.transcript),
    )


def pick_of(row: PickRow) -> Pick:
    """Return the pick that a row holds."""
    return Pick(
        key=row.key, at=row.at, seed=row.seed, reviewer=row.reviewer, topics=tuple(row.topics)
    )


def verdict_of(row: VerdictRow) -> Verdict:
    """Return the verdict that a row holds."""
    return Verdict(key=row.key, by=row.by, finding=row.finding, at=row.at, note=row.note)
