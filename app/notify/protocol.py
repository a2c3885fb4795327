"""What a notifier is, and what may go wrong with one."""

from __future__ import annotations

import hashlib
from typing import Protocol

from handrail.store.notifications.protocol import Notification


class NotSent(Exception):
    """A target did not take a notification. `what` went wrong, without secrets.

    `for_good` means that trying again is pointless; `wait` is how many seconds the target asked
    to be left alone.
    """

    def __init__(self, what: str, *, for_good: bool, wait: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.for_good = for_good
        self.wait = wait


class Notifier(Protocol):
    """Send notifications to one target. `name` is the target's, and never changes."""

    name: str

    async def send(self, notification: Notification) -> None:
        """Send one notification. Raises NotSent."""
        ...


def public_id(notification_id: str) -> str:
    """Return the id that receivers know a duplicate by: the same each time, safe in any header.

    It holds no full stop, because a webhook's signature joins its parts with them.
    """
    return "msg_" + hashlib.sha256(notification_id.encode("utf-8", "replace")).hexdigest()[:32]
