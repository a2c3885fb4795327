"""Mails, errands and notifications that are kept, so that they can be looked at afterwards."""

from __future__ import annotations

from handrail.store.errands.memory import MemoryErrands
from handrail.store.errands.protocol import Errand
from handrail.store.notifications.memory import MemoryNotifications
from handrail.store.notifications.protocol import Notification
from handrail.tools.identity.mailed import mailed_code
from handrail.tools.post.protocol import Letter


class Mailboxes:
    """A post that keeps every letter."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def send(self, letter: Letter) -> None:
        """Keep one letter."""
        self.letters.append(letter)

    def codes(self, address: str | None = None) -> list[str]:
        """Return the one-time codes that came to an address, or to any, the oldest first."""
        theirs = (m.body for m in self.letters if address in {None, m.address})
        return [code for code in map(mailed_code, theirs) if code]


class Asked(MemoryErrands):
    """Errands that remember whom each one was for, after it is done too."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Errand] = []

    async def add(self, errand: Errand) -> bool:
        """Keep an errand, once for each id. True if it is new."""
        is_new = await super().add(errand)
        if is_new:
            self.asked.append(errand)
        return is_new


class Told(MemoryNotifications):
    """Notifications that can be looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.queues: list[str] = []

    async def add(self, notification: Notification) -> bool:
        """Keep a notification, once for each id. True if it is new."""
        is_new = await super().add(notification)
        if is_new:
            self.queues.append(str(notification.payload["queue"]))
        return is_new
