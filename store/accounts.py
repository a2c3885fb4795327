"""Links for a new password, as a table: their hashes, until when, and whether they ended."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from handrail.store.base import Base, Moment


class ResetRequestRow(Base):
    """One link that was sent. `revoked_at` is when it was used, or a newer one replaced it."""

    __tablename__ = "reset_requests"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id"), index=True)
    requested_at: Mapped[str] = mapped_column(Moment)
    expires_at: Mapped[str] = mapped_column(Moment)
    revoked_at: Mapped[str | None] = mapped_column(Moment)
