"""Notifications in memory: for replay and tests, gone when the process ends."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from handrail.store.notifications.protocol import DeadLetter, Delivery, Notification
from handrail.store.notifications.tables import DeliveryStatus


@dataclass
class _State:
    next_at: str
    status: DeliveryStatus = "pending"
    attempts: int = 0
    error: str = ""
    at: str = ""


class MemoryNotifications:
    """Keep the same promises as the SQL adapter, in dictionaries, for one event loop."""

    def __init__(self) -> None:
        self._by_id: dict[str, Notification] = {}
        self._waiting: list[str] = []
        self._states: dict[tuple[str, str], _State] = {}

    async def add(self, notification: Notification) -> bool:
        """Keep a notification, once for each id. True if it is new."""
        if notification.id in self._by_id:
            return False
        self._by_id[notification.id] = copy.deepcopy(notification)
        self._waiting.append(notification.id)
        return True

    async def due(
        self, targets: Sequence[str], now: str, lease_until: str, limit: int = 20
    ) -> Sequence[Delivery]:
        """Lease at most `limit` deliveries to these targets, the longest due first."""
        if targets:
            self._fan_out(targets, now, limit)
        leased = []
        open_now = [
            (state.next_at, *key)
            for key, state in self._states.items()
            if state.status == "pending" and state.next_at <= now and key[1] in targets
        ]
        for _, notification_id, target in sorted(open_now)[:limit]:
            state = self._states[notification_id, target]
            state.next_at, state.at = lease_until, now
            state.attempts += 1
            notification = copy.deepcopy(self._by_id[notification_id])
            leased.append(Delivery(notification, target, state.attempts))
        return leased

    async def delivered(self, delivery: Delivery, at: str) -> None:
        """Record that a target has it, whatever else has been recorded meanwhile."""
        state = self._states[delivery.notification.id, delivery.target]
        state.status, state.error, state.at = "delivered", "", at

    async def failed(self, delivery: Delivery, error: str, next_at: str | None) -> None:
        """Record a failed attempt, to be tried again at `next_at`; None makes a dead letter."""
        state = self._states[delivery.notification.id, delivery.target]
        if state.status != "pending" or state.attempts != delivery.attempts:
            return
        state.error = error
        if next_at is None:
            state.status = "dead"
        else:
            state.next_at = next_at

    async def dead(self, limit: int = 100) -> Sequence[DeadLetter]:
        """Return the dead letters, the latest first."""
        letters = [
            DeadLetter(id_, self._by_id[id_].kind, target, state.attempts, state.error, state.at)
            for (id_, target), state in sorted(self._states.items(), key=lambda item: item[0])
            if state.status == "dead"
        ]
        letters.sort(key=lambda letter: letter.at, reverse=True)
        return letters[:limit]

    async def replay(self, notification_id: str | None = None) -> int:
        """Make dead letters pending again, of one notification or all; return how many."""
        replayed = 0
        for (known, _), state in self._states.items():
            if state.status == "dead" and notification_id in {None, known}:
                state.status, state.attempts, state.next_at = "pending", 0, state.at
                replayed += 1
        return replayed

    async def pending(self) -> int:
        """Count the deliveries still to be made; what is not fanned out yet counts as one."""
        to_make = [state for state in self._states.values() if state.status == "pending"]
        return len(self._waiting) + len(to_make)

    def _fan_out(self, targets: Sequence[str], now: str, limit: int) -> None:
        self._waiting.sort(key=lambda waiting: (self._by_id[waiting].created_at, waiting))
        for waiting in self._waiting[:limit]:
            created_at = self._by_id[waiting].created_at
            for target in targets:
                self._states.setdefault((waiting, target), _State(min(created_at, now)))
        del self._waiting[:limit]
