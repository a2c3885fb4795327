"""Password resets, by e-mail to the address on file."""

from __future__ import annotations

from typing import Protocol


class Passwords(Protocol):
    """Start password resets. Nothing secret ever comes back."""

    async def request_reset(self, identifier: str) -> None:
        """Mail a link to the owner of an account, if there is one.

        `identifier` is an e-mail address, or the id of a verified customer. Known and unknown
        accounts take the same work and give the same answer. Raises BackendDown.
        """
        ...
