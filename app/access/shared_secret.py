"""Tokens that the host product signs with a secret it shares with us (HS256)."""

from __future__ import annotations

from collections.abc import Sequence

from handrail.app.access.claims import user_in
from handrail.app.access.tokens import BadSecret, BadToken, Expected, claims_in
from handrail.app.access.user import User

SHORTEST_SECRET = 32  # HMAC with SHA-256 asks for a key as long as its hash
ALGORITHM = "HS256"
MAKE_ONE = 'make one with: python -c "import secrets; print(secrets.token_hex(32))"'


class SharedSecret:
    """Believe tokens signed with the secret, or with one of those that it replaces."""

    def __init__(
        self, secret: str, previous: Sequence[str] = (), expected: Expected | None = None
    ) -> None:
        """Take secrets of 32 bytes or more. Raises BadSecret."""
        for name, each in (
            ("HANDRAIL_JWT_SECRET", secret),
            *(("HANDRAIL_JWT_PREVIOUS_SECRETS", old) for old in previous),
        ):
            if len(each.encode()) < SHORTEST_SECRET:
                raise BadSecret(
                    f"{name} is shorter than {SHORTEST_SECRET} bytes and could be guessed; "
                    f"{MAKE_ONE}"
                )
        self._secrets = (secret, *previous)
        self._expected = expected or Expected()

    async def user_in(self, token: str) -> User:
        """Return the user a token was signed for. Raises BadToken."""
        first: BadToken | None = None
        for secret in self._secrets:
            try:
                return user_in(claims_in(token, secret, ALGORITHM, self._expected))
            except BadToken as problem:
                first = first or problem
        raise first or BadToken("No secret to check the token with.")
