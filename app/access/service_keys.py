"""Keys for back ends: each has a name, and we keep no more of it than its hash."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from hmac import compare_digest

from handrail.app.access.tokens import BadSecret, BadToken
from handrail.app.access.user import User

PREFIX = "hsk_"
LINE = re.compile(r"(?P<name>[A-Za-z0-9._-]{1,64})=(?P<hash>[0-9a-f]{64})")


class ServiceKeys:
    """Know back ends by their keys. `hashes` are pairs of a name and a hash; a name may come twice.

    A key is 256 random bits, which nobody finds by trying: a fast hash is enough.
    """

    def __init__(self, hashes: Sequence[tuple[str, str]]) -> None:
        self._hashes = tuple(hashes)

    async def user_in(self, token: str) -> User:
        """Return the back end a key was made for, by name. Raises BadToken."""
        given = hash_of(token)
        # All are compared, and each in the same time: how long it takes tells nothing.
        found = [name for name, known in self._hashes if compare_digest(known, given)]
        if not found:
            raise BadToken("This service key is not one of those that are set.")
        return User(id=f"key:{found[0]}", role="service", name=found[0])


def hash_of(key: str) -> str:
    """Return what is kept of a key: its SHA-256, in hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_key() -> str:
    """Return a new key, which nobody has and nothing keeps."""
    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def read_hashes(setting: str) -> list[tuple[str, str]]:
    """Return the names and hashes in HANDRAIL_SERVICE_KEYS. Raises BadSecret."""
    pairs = []
    for part in filter(None, (each.strip() for each in setting.split(","))):
        found = LINE.fullmatch(part)
        if not found:
            raise BadSecret(
                "HANDRAIL_SERVICE_KEYS holds NAME=HASH, several with commas between them; "
                "handrail keys new NAME makes a key and prints its hash"
            )
        pairs.append((found["name"], found["hash"]))
    return pairs
