"""Notifications in an SQL database: a transactional outbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Update, func, select, update
from sqlalchemy.orm import Session

from handrail.store.base import added, changed, in_transaction, storable
from handrail.store.notifications.protocol import DeadLetter, Delivery, Notification
from handrail.store.notifications.tables import (
    DeliveryRow,
    NotificationRow,
    dead_letter_of,
    delivery_of,
    notification_row,
)


class SqlNotifications:
    """Keep notifications in the tables `notifications` and `deliveries`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def add(self, notification: Notification) -> bool:
        """Keep a notification, once for each id. True if it is new."""
        row = notification_row(notification)
        return await in_transaction(
            self._engine, "Keeping a notification", lambda session: added(session, row)
        )

    async def due(
        self, targets: Sequence[str], now: str, lease_until: str, limit: int = 20
    ) -> Sequence[Delivery]:
        """Lease at most `limit` deliveries to these targets, the longest due first."""
        if not targets:
            return []

        def work(session: Session) -> Sequence[Delivery]:
            _fan_out(session, targets, now, limit)
            return _lease(session, targets, now, lease_until, limit)

        return await in_transaction(self._engine, "Leasing notifications", work)

    async def delivered(self, delivery: Delivery, at: str) -> None:
        """Record that a target has it, whatever else has been recorded meanwhile."""
        done = _this(delivery).values(status="delivered", error=None, at=at)
        await in_transaction(
            self._engine, "Recording a delivery", lambda session: changed(session, done)
        )

    async def failed(self, delivery: Delivery, error: str, next_at: str | None) -> None:
        """Record a failed attempt, to be tried again at `next_at`; None makes a dead letter."""
        change: dict[str, Any] = {"error": storable(error)}
        change |= {"status": "dead"} if next_at is None else {"next_at": next_at}
        mine = _this(delivery).where(
            DeliveryRow.status == "pending", DeliveryRow.attempts == delivery.attempts
        )
        await in_transaction(
            self._engine,
            "Recording a failed delivery",
            lambda session: changed(session, mine.values(change)),
        )

    async def dead(self, limit: int = 100) -> Sequence[DeadLetter]:
        """Return the dead letters, the latest first."""
        letters = (
            select(DeliveryRow, NotificationRow.kind)
            .join(NotificationRow, NotificationRow.id == DeliveryRow.notification_id)
            .where(DeliveryRow.status == "dead")
            .order_by(DeliveryRow.at.desc(), DeliveryRow.notification_id, DeliveryRow.target)
            .limit(limit)
        )

        def work(session: Session) -> Sequence[DeadLetter]:
            return [dead_letter_of(row, kind) for row, kind in session.execute(letters)]

        return await in_transaction(self._engine, "Listing the dead letters", work)

    async def replay(self, notification_id: str | None = None) -> int:
        """Make dead letters pending again, of one notification or all; return how many."""
        again = update(DeliveryRow).where(DeliveryRow.status == "dead")
        if notification_id is not None:
            again = again.where(DeliveryRow.notification_id == notification_id)
        again = again.values(
            status="pending", attempts=0, next_at=func.coalesce(DeliveryRow.at, "")
        )
        return await in_transaction(
            self._engine, "Replaying dead letters", lambda session: changed(session, again)
        )

    async def pending(self) -> int:
        """Count the deliveries still to be made; what is not fanned out yet counts as one."""
        waiting = select(func.count()).where(NotificationRow.fanned_out.is_(False))
        to_make = select(func.count()).where(DeliveryRow.status == "pending")

        def work(session: Session) -> int:
            return (session.scalar(waiting) or 0) + (session.scalar(to_make) or 0)

        return await in_transaction(self._engine, "Counting notifications", work)


def _fan_out(session: Session, targets: Sequence[str], now: str, limit: int) -> None:
    """Make the deliveries of notifications that have none; of two at once only one does it."""
    waiting = select(NotificationRow.id, NotificationRow.created_at).where(
        NotificationRow.fanned_out.is_(False)
    )
    # Every worker takes them in the same order, so that two never wait for each other.
    waiting = waiting.order_by(NotificationRow.created_at, NotificationRow.id).limit(limit)
    for notification_id, created_at in session.execute(waiting).all():
        mine = update(NotificationRow).where(
            NotificationRow.id == notification_id, NotificationRow.fanned_out.is_(False)
        )
        if changed(session, mine.values(fanned_out=True)):
            # Due since it happened, so that the oldest goes first; a fast clock delays nothing.
            next_at = min(created_at, now)
            session.add_all(
                DeliveryRow(notification_id=notification_id, target=target, next_at=next_at)
                for target in dict.fromkeys(targets)
            )
            session.flush()


def _lease(
    session: Session, targets: Sequence[str], now: str, lease_until: str, limit: int
) -> list[Delivery]:
    open_now = (
        select(DeliveryRow.target, DeliveryRow.attempts, DeliveryRow.next_at, NotificationRow)
        .join(NotificationRow, NotificationRow.id == DeliveryRow.notification_id)
        .where(DeliveryRow.status == "pending", DeliveryRow.next_at <= now)
        .where(DeliveryRow.target.in_(targets))
        .order_by(DeliveryRow.next_at, DeliveryRow.notification_id, DeliveryRow.target)
        .limit(limit)
    )
    leased = []
    for target, attempts, next_at, row in session.execute(open_now).all():
        delivery = delivery_of(row, target, attempts + 1)
        mine = _this(delivery).where(
            DeliveryRow.status == "pending",
            DeliveryRow.attempts == attempts,
            DeliveryRow.next_at == next_at,
        )
        if changed(session, mine.values(next_at=lease_until, attempts=attempts + 1, at=now)):
            leased.append(delivery)
    return leased


def _this(delivery: Delivery) -> Update:
    return update(DeliveryRow).where(
        DeliveryRow.notification_id == delivery.notification.id,
        DeliveryRow.target == delivery.target,
    )
