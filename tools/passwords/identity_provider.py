"""Whoever keeps the passwords, and mails the link for a new one."""

from __future__ import annotations

from typing import Literal, Protocol

ResetResult = Literal["sent", "no_account", "locked"]


class IdentityProvider(Protocol):
    """Let a link be mailed. A worker calls this behind the desk, never a turn.

    So no customer sees the result, nor how long it took.
    """

    async def send_reset(self, identifier: str, *, key: str) -> ResetResult:
        """Let the owner of an account be mailed a link for a new password.

        `identifier` is an e-mail address, or a customer's id. The same `key` means the same
        request, made again. Raises BackendDown.
        """
        ...
