"""Tokens for visitors: we issue them, and they are good for conversations of their own only."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from itsdangerous import BadSignature, SignatureExpired

from handrail.app.access.signed import signer
from handrail.app.access.tokens import BadToken
from handrail.app.access.user import User

PREFIX = "hvt_"
SALT = "handrail.visitor"
ID = "visitor:"
DAYS = 30
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Issued:
    """A new visitor's token. `expires_at` is in seconds since 1970, in UTC."""

    token: str
    visitor_id: str
    expires_at: int


class Visitors:
    """Issue tokens to people whom nobody knows, and know them again by these."""

    def __init__(self, secret: str) -> None:
        self._signed = signer(secret, SALT)

    def issue(self) -> Issued:
        """Return a token for a new visitor, whose id nobody can guess."""
        visitor = f"{ID}{secrets.token_urlsafe(24)}"
        token = f"{PREFIX}{self._signed.dumps(visitor)!s}"
        return Issued(token, visitor, int(time.time()) + DAYS * DAY_SECONDS)

    async def user_in(self, token: str) -> User:
        """Return the visitor: a customer who is nobody's customer yet. Raises BadToken.

        Nothing but the id is read, so that no such token can carry another role.
        """
        try:
            said = self._signed.loads(token.removeprefix(PREFIX), max_age=DAYS * DAY_SECONDS)
        except SignatureExpired as problem:
            raise BadToken("The visitor's token has expired; ask for a new one.") from problem
        except BadSignature as problem:
            raise BadToken("The visitor's token is not one of ours.") from problem
        if not isinstance(said, str) or not said.startswith(ID):
            raise BadToken("The visitor's token is not one of ours.")
        return User(id=said, role="customer")
