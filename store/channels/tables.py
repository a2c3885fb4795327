"""The tables of chat products: conversations, deliveries, and links to customers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handrail.store.base import Base, Moment


class PlaceRow(Base):
    """One conversation of a product, and who works on it now."""

    __tablename__ = "channel_places"

    thread_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    conversation: Mapped[str] = mapped_column(String(400))
    customer_id: Mapped[str | None] = mapped_column(String(128), index=True)
    opened_at: Mapped[str] = mapped_column(Moment)
    last_at: Mapped[str] = mapped_column(Moment, index=True)
    changed_at: Mapped[str] = mapped_column(Moment)
    leased_until: Mapped[str] = mapped_column(Moment)
    lease: Mapped[str] = mapped_column(String(32))


class ParcelRow(Base):
    """One delivery. `number` orders those that came with the same moment and sequence."""

    __tablename__ = "channel_parcels"
    __table_args__ = (Index(None, "status", "due_at"),)

    thread_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    direction: Mapped[str] = mapped_column(String(3), primary_key=True)
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[str] = mapped_column(Moment)
    sequence: Mapped[int]
    number: Mapped[int]
    due_at: Mapped[str] = mapped_column(Moment)
    attempts: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class LinkRow(Base):
    """One external user who is a customer, by their consent."""

    __tablename__ = "channel_links"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    user: Mapped[str] = mapped_column(String(200), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(128), index=True)
    consent_at: Mapped[str] = mapped_column(Moment)
    linked_by: Mapped[str] = mapped_column(String(200))
