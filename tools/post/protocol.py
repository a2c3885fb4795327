"""What sends mail to customers, and what may go wrong with an address in the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class BadAddress(ValueError):
    """An address or secret in the settings cannot be used; says what to mend, without it."""


@dataclass(frozen=True)
class Letter:
    """One plain-text mail. `id` tells a duplicate; `body` may hold a secret, so it is not shown."""

    id: str
    address: str
    subject: str
    body: str

    def __repr__(self) -> str:
        """Return what may stand in a log."""
        return f"Letter({self.id!r})"


class Post(Protocol):
    """Send mail to customers."""

    async def send(self, letter: Letter) -> None:
        """Send one letter. Raises BackendDown, without the letter."""
        ...
