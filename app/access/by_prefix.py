"""Tokens of several kinds, told apart by how they begin."""

from __future__ import annotations

from collections.abc import Mapping

from handrail.app.access.tokens import BadToken, Tokens
from handrail.app.access.user import User


class ByPrefix:
    """Give each token to what reads its kind; the host's own are all the rest.

    The beginning decides alone: what one reader refuses, no other is asked about.
    """

    def __init__(self, readers: Mapping[str, Tokens], host: Tokens | None) -> None:
        self._readers = dict(readers)
        self._host = host

    async def user_in(self, token: str) -> User:
        """Return the user a token is for. Raises BadToken."""
        for prefix, reader in self._readers.items():
            if token.startswith(prefix):
                return await reader.user_in(token)
        if self._host is None:
            raise BadToken("No way to read tokens of the host is set; see .env.example.")
        return await self._host.user_in(token)
