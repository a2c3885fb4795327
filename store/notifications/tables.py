"""The tables of notifications and of their deliveries."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handrail.store.base import Base, Moment
from handrail.store.notifications.protocol import DeadLetter, Delivery, Kind, Notification

DeliveryStatus = Literal["pending", "delivered", "dead"]


class NotificationRow(Base):
    """One notification. Until it is fanned out it has no deliveries."""

    __tablename__ = "notifications"

    id: Mapped[str] = mapped_column(String(300), primary_key=True)
    kind: Mapped[Kind] = mapped_column(String(32))
    handoff_id: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[str] = mapped_column(Moment)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    fanned_out: Mapped[bool] = mapped_column(index=True, default=False)


class DeliveryRow(Base):
    """One notification for one target. A pending one may be leased from `next_at` on.

    `attempts` grows with each lease, so that a worker whose lease ran out is known by its number.
    `at` is when it was last tried or made.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "status", "next_at"),)

    notification_id: Mapped[str] = mapped_column(ForeignKey("notifications.id"), primary_key=True)
    target: Mapped[str] = mapped_column(String(100), primary_key=True)
    status: Mapped[DeliveryStatus] = mapped_column(String(16), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[str] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(Text)
    at: Mapped[str | None] = mapped_column(Moment)


def notification_row(notification: Notification) -> NotificationRow:
    """Return the row of a new notification, to be added in the transaction it is about."""
    return NotificationRow(
        id=notification.id,
        kind=notification.kind,
        handoff_id=notification.handoff_id,
        created_at=notification.created_at,
        payload=notification.payload,
        fanned_out=False,
    )


def delivery_of(row: NotificationRow, target: str, attempts: int) -> Delivery:
    """Return what a worker gets of a notification for one target."""
    notification = Notification(
        id=row.id,
        kind=row.kind,
        handoff_id=row.handoff_id,
        created_at=row.created_at,
        payload=row.payload,
    )
    return Delivery(notification, target, attempts)


def dead_letter_of(row: DeliveryRow, kind: Kind) -> DeadLetter:
    """Return the dead letter that a row holds."""
    return DeadLetter(
        notification_id=row.notification_id,
        kind=kind,
        target=row.target,
        attempts=row.attempts,
        error=row.error or "",
        at=row.at or row.next_at,
    )
