"""What every place that keeps whole conversations can do when somebody is forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class ConversationsDown(Exception):
    """Conversations cannot be reached; says where and what to mend. Nothing was forgotten yet."""


class Conversations(Protocol):
    """Find and erase conversations. Every method raises ConversationsDown."""

    name: str

    async def of(self, customer: str) -> set[str]:
        """Return a customer's conversations, as far as this place knows whose they are."""
        ...

    async def there(self, thread: str) -> bool:
        """Tell whether a conversation is kept here."""
        ...

    async def idle_since(self, moment: datetime) -> set[str]:
        """Return conversations unchanged since a moment, as far as this place finds them by it."""
        ...

    async def changed_at(self, thread: str) -> datetime | None:
        """Return when a conversation last changed, in the future while a run goes on; or None."""
        ...

    async def erase(self, thread: str) -> None:
        """Erase a conversation; one that is not there is erased already."""
        ...
