"""The tables of handoffs: packets, their transcripts, notes, and the events carried out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handrail.store.base import Base, Moment, storable
from handrail.store.handoffs.ownership import Act, Status
from handrail.store.handoffs.protocol import Entry, HandoffPacket, Note, Reason, Standing


class HandoffRow(Base):
    """One packet. `entries` counts its transcript: the next message's position is one more.

    `reason_names` holds the names of the reasons as ",legal,vip,", so that a list finds them.
    """

    __tablename__ = "handoffs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(240), unique=True)
    thread_id: Mapped[str] = mapped_column(String(200), index=True)
    episode: Mapped[int]
    reasons: Mapped[list[Reason]] = mapped_column(JSON)
    reason_names: Mapped[str] = mapped_column(String(300))
    priority: Mapped[str] = mapped_column(String(32))
    queue: Mapped[str] = mapped_column(String(100), index=True)
    owner: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[Status] = mapped_column(String(32), index=True)
    created_at: Mapped[str] = mapped_column(Moment)
    due_at: Mapped[str] = mapped_column(Moment)
    claimed_at: Mapped[str | None] = mapped_column(Moment)
    replied_at: Mapped[str | None] = mapped_column(Moment)
    waiting_since: Mapped[str | None] = mapped_column(Moment)
    unowned_since: Mapped[str | None] = mapped_column(Moment)
    closed_at: Mapped[str | None] = mapped_column(Moment)
    false_handoff: Mapped[bool | None]
    customer_id: Mapped[str | None] = mapped_column(String(128))
    channel: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(35))
    tool_trace: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    draft: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[float | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    policy_version: Mapped[str] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(Text)
    entries: Mapped[int]
    transcript: Mapped[list[EntryRow]] = relationship(order_by="EntryRow.position")
    notes: Mapped[list[NoteRow]] = relationship(order_by="NoteRow.position")


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


class NoteRow(Base):
    """What an agent wrote for the others. `position` is the order in which notes came."""

    __tablename__ = "notes"

    position: Mapped[int] = mapped_column(primary_key=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"), index=True)
    id: Mapped[str] = mapped_column(String(200), unique=True)
    by: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(Moment)


class StepRow(Base):
    """One event that was carried out: the same id is not carried out again."""

    __tablename__ = "handoff_steps"

    event_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"), index=True)
    act: Mapped[Act] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(200))
    at: Mapped[str] = mapped_column(Moment)


def row_of(packet: HandoffPacket) -> HandoffRow:
    """Return the rows of a new packet. A repeated message id is kept once, its text always."""
    apart = ("transcript", "notes")
    facts: dict[str, Any] = {name: fact for name, fact in packet.items() if name not in apart}
    facts["draft"] = storable(packet["draft"]) if packet["draft"] else None
    facts["summary"] = storable(packet["summary"])
    rows: list[EntryRow] = []
    seen: set[str] = set()
    for position, entry in enumerate(packet["transcript"], start=1):
        row = entry_row_of(packet["id"], position, entry)
        if entry["id"] in seen:
            row.message_id = None
        seen.add(entry["id"])
        rows.append(row)
    return HandoffRow(
        **facts, reason_names=names_in(packet["reasons"]), entries=len(rows), transcript=rows
    )


def names_in(reasons: Sequence[Reason]) -> str:
    """Return the names of reasons as a list finds them."""
    return f",{','.join(reason['reason'] for reason in reasons)},"


def entry_row_of(handoff_id: str, position: int, entry: Entry) -> EntryRow:
    """Return the row of one message; positions count from 1."""
    return EntryRow(
        handoff_id=handoff_id,
        position=position,
        message_id=entry["id"] or None,
        role=entry["role"],
        text=storable(entry["text"]),
        at=entry["at"],
    )


def standing_of(row: HandoffRow) -> Standing:
    """Return how the handoff in a row stands."""
    return Standing(
        id=row.id, key=row.key, thread_id=row.thread_id, episode=row.episode,
        reasons=row.reasons, priority=row.priority, queue=row.queue, owner=row.owner,
        status=row.status, created_at=row.created_at, due_at=row.due_at,
        claimed_at=row.claimed_at, replied_at=row.replied_at, waiting_since=row.waiting_since,
        unowned_since=row.unowned_since, closed_at=row.closed_at,
        false_handoff=row.false_handoff, customer_id=row.customer_id,
        channel=row.channel, language=row.language, confidence=row.confidence,
        policy_version=row.policy_version, summary=row.summary,
    )  # fmt: skip


def packet_of(row: HandoffRow, said: Iterable[EntryRow]) -> HandoffPacket:
    """Return the packet that a row, these messages and its notes hold."""
    return HandoffPacket(
        **standing_of(row),
        transcript=[entry_of(entry) for entry in said],
        notes=[Note(id=n.id, by=n.by, text=n.text, at=n.at) for n in row.notes],
        tool_trace=row.tool_trace,
        draft=row.draft,
        evidence=row.evidence,
    )


def entry_of(row: EntryRow) -> Entry:
    """Return the message that a row holds."""
    return Entry(id=row.message_id or "", role=row.role, text=row.text, at=row.at)
