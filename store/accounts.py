"""Password resets and outgoing mail, as tables."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handrail.store.base import Base, Moment


class ResetRequestRow(Base):
    """One request, known account or not. Without a customer its token opens nothing."""

    __tablename__ = "reset_requests"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id"), index=True)
    requested_at: Mapped[str] = mapped_column(Moment)
    expires_at: Mapped[str] = mapped_column(Moment)
    revoked_at: Mapped[str | None] = mapped_column(Moment)


class OutboxRow(Base):
    """One mail to a customer. In the demo this is the sent mail: no other place holds its link."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[str] = mapped_column(Moment)
