"""What reads tokens, and what every token of the host product has to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from handrail.app.access.user import User

LEEWAY_SECONDS = 10


class BadToken(Exception):
    """A token cannot be believed; says why, without the token."""


class BadSecret(ValueError):
    """What tokens are checked with cannot be used; says which setting to mend."""


class Tokens(Protocol):
    """Know whose token it is."""

    async def user_in(self, token: str) -> User:
        """Return the user a token was signed for. Raises BadToken."""
        ...


@dataclass(frozen=True)
class Expected:
    """What a token must say beside who it is for: by whom it was made, and for whom.

    None leaves a claim unchecked, except that a token made for another audience is refused.
    """

    issuer: str | None = None
    audience: str | None = None
    leeway_seconds: float = LEEWAY_SECONDS


def header_of(token: str) -> Mapping[str, Any]:
    """Return the header of a token, which nobody has checked yet. Raises BadToken."""
    try:
        return jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as problem:
        raise BadToken(f"The token cannot be read: {problem}.") from problem


def claims_in(token: str, key: Any, algorithm: str, expected: Expected) -> dict[str, Any]:
    """Return the claims of a token that `key` has signed. Raises BadToken.

    The caller names the one algorithm that its key is for: a token does not choose.
    """
    required = ["exp", "sub"]
    required += ["iss"] if expected.issuer else []
    required += ["aud"] if expected.audience else []
    try:
        return jwt.decode(
            token, key, algorithms=[algorithm], leeway=expected.leeway_seconds,
            issuer=expected.issuer, audience=expected.audience, options={"require": required},
        )  # fmt: skip
    except jwt.ExpiredSignatureError as problem:
        raise BadToken("The token has expired; sign in again.") from problem
    except jwt.InvalidTokenError as problem:
        raise BadToken(f"The token cannot be believed: {problem}.") from problem
