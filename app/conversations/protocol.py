"""What every place that keeps whole conversations can do when somebody is forgotten."""

from __future__ import annotations

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

    async def erase(self, thread: str) -> None:
        """Erase a conversation; one that is not there is erased already."""
        ...
