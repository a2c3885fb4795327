"""Tokens that the host product, or its identity provider, signs with a private key."""

from __future__ import annotations

from handrail.app.access.claims import user_in
from handrail.app.access.key_set import KeySet
from handrail.app.access.tokens import BadToken, Expected, Tokens, claims_in, header_of
from handrail.app.access.user import User

SHARED = "HS256"


class PublicKeys:
    """Believe tokens that one of the issuer's keys has signed (RS256 or ES256)."""

    def __init__(self, keys: KeySet, expected: Expected | None = None) -> None:
        self._keys = keys
        self._expected = expected or Expected()

    async def user_in(self, token: str) -> User:
        """Return the user a token was signed for. Raises BadToken."""
        key_id = header_of(token).get("kid")
        found = await self._keys.key(key_id if isinstance(key_id, str) else None)
        # By the algorithm of the key: with that of the token, a public key could pass for a secret.
        return user_in(claims_in(token, found.key, found.algorithm, self._expected))


class HostTokens:
    """Read tokens of both kinds, while a host product moves from a secret to keys or has both."""

    def __init__(self, secret: Tokens | None, keys: Tokens | None) -> None:
        self._secret = secret
        self._keys = keys

    async def user_in(self, token: str) -> User:
        """Return the user a token was signed for. Raises BadToken."""
        shared = header_of(token).get("alg") == SHARED
        reader = self._secret if shared else self._keys
        if reader is None:
            missing = "HANDRAIL_JWT_SECRET" if shared else "HANDRAIL_JWKS_URL"
            raise BadToken(f"{missing} is not set, so that this token cannot be read.")
        return await reader.user_in(token)
