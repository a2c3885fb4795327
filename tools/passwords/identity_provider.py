"""Whoever keeps the passwords: it sends links for new ones, behind the desk."""

from __future__ import annotations

from typing import Literal, Protocol

ResetResult = Literal["sent", "no_account", "locked"]


class IdentityProvider(Protocol):
    """Send links for a new password to the address on file."""

    async def send_reset(self, identifier: str, *, key: str) -> ResetResult:
        """Send a link to the owner of an account, if there is one. Raises BackendDown.

        `identifier` is an e-mail address or the id of a customer; `key` is an idempotency key. A
        worker calls it, never the conversation: no customer sees what it returns or how long it
        takes.
        """
        ...
