"""The tables of handoffs: a row for each packet, and one for each message of its transcript."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handrail.store.base import Base, Moment
from handrail.store.handoffs.protocol import Entry, HandoffPacket, Reason, Status


class HandoffRow(Base):
    """One packet. `entries` counts its transcript: the next message's position is one more."""

    __tablename__ = "handoffs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(240), unique=True)
    thread_id: Mapped[str] = mapped_column(String(200), index=True)
    episode: Mapped[int]
    reasons: Mapped[list[Reason]] = mapped_column(JSON)
    priority: Mapped[str] = mapped_column(String(32))
    queue: Mapped[str] = mapped_column(String(100), index=True)
    owner: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[Status] = mapped_column(String(32), index=True)
    created_at: Mapped[str] = mapped_column(Moment)
    due_at: Mapped[str] = mapped_column(Moment)
    customer_id: Mapped[str | None] = mapped_column(String(128))
    language: Mapped[str] = mapped_column(String(35))
    tool_trace: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    draft: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[float | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    policy_version: Mapped[str] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(Text)
    entries: Mapped[int]
    transcript: Mapped[list[EntryRow]] = relationship(order_by="EntryRow.position", lazy="selectin")


class EntryRow(Base):
    """One message. `message_id` is null where it had none, so that no message is ever dropped."""

    __tablename__ = "transcript"
    __table_args__ = (UniqueConstraint("handoff_id", "message_id"),)

    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[str | None] = mapped_column(Moment)


def row_of(packet: HandoffPacket) -> HandoffRow:
    """Return the rows of a new packet. A repeated message id is kept once, its text always."""
    facts: dict[str, Any] = {name: fact for name, fact in packet.items() if name != "transcript"}
    rows: list[EntryRow] = []
    seen: set[str] = set()
    for position, entry in enumerate(packet["transcript"], start=1):
        row = entry_row_of(packet["id"], position, entry)
        if entry["id"] in seen:
            row.message_id = None
        seen.add(entry["id"])
        rows.append(row)
    return HandoffRow(**facts, entries=len(rows), transcript=rows)


def entry_row_of(handoff_id: str, position: int, entry: Entry) -> EntryRow:
    """Return the row of one message; positions count from 1."""
    return EntryRow(
        handoff_id=handoff_id,
        position=position,
        message_id=entry["id"] or None,
        role=entry["role"],
        text=entry["text"],
        at=entry["at"],
    )


def packet_of(row: HandoffRow) -> HandoffPacket:
    """Return the packet that a row and its transcript hold."""
    return HandoffPacket(
        id=row.id, key=row.key, thread_id=row.thread_id, episode=row.episode,
        reasons=row.reasons, priority=row.priority, queue=row.queue, owner=row.owner,
        status=row.status, created_at=row.created_at, due_at=row.due_at,
        customer_id=row.customer_id, language=row.language,
        transcript=[entry_of(entry) for entry in row.transcript],
        tool_trace=row.tool_trace, draft=row.draft, confidence=row.confidence,
        evidence=row.evidence, policy_version=row.policy_version, summary=row.summary,
    )  # fmt: skip


def entry_of(row: EntryRow) -> Entry:
    """Return the message that a row holds."""
    return Entry(id=row.message_id or "", role=row.role, text=row.text, at=row.at)
