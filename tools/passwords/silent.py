"""Password resets that send nothing: for replay, which decides without side effects."""

from __future__ import annotations


class SilentPasswords:
    """Accept every request and do nothing."""

    async def request_reset(self, identifier: str) -> None:
        """Do nothing; the answer is the same for known and unknown accounts here too."""
