"""The public keys of whoever signs tokens: fetched when needed, kept while they are away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import structlog

from handrail.app.access.tokens import BadSecret, BadToken

log = structlog.get_logger("handrail")

FRESH_SECONDS = 600.0  # then a key that the issuer has taken back is gone here too
PAUSE_SECONDS = 30.0  # between fetches, whatever key ids strangers make up
FIRST_PAUSE_SECONDS = 5.0  # while there is no key at all
TIMEOUT_SECONDS = 5.0
ALGORITHMS: Mapping[tuple[str, str | None], str] = {
    ("RSA", None): "RS256",
    ("EC", "P-256"): "ES256",
}
SHORTEST_RSA = 2048
HERE = frozenset({"127.0.0.1", "localhost", "::1"})

Fetch = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class PublicKey:
    """A key, and the one algorithm it is for."""

    key: Any
    algorithm: str


class KeySet:
    """Know public keys by their ids. `fetch` gets the set (RFC 7517), or raises httpx.HTTPError."""

    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str | None, PublicKey] = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._fetching = asyncio.Lock()

    async def key(self, key_id: str | None) -> PublicKey:
        """Return the key of this id, or the only one there is. Raises BadToken."""
        if self._is_old() or self._find(key_id) is None:
            await self._refresh(key_id)
        found = self._find(key_id)
        if found is None:
            raise BadToken(
                "The token names a key that its issuer does not have."
                if self._keys
                else "The keys of the issuer cannot be fetched now; try again in a little while."
            )
        return found

    def _find(self, key_id: str | None) -> PublicKey | None:
        if key_id is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id)

    def _is_old(self) -> bool:
        return self._fetched is None or self._clock() - self._fetched > FRESH_SECONDS

    async def _refresh(self, key_id: str | None) -> None:
        """Fetch the keys anew, unless that was just done: one fetch, however many wait for it."""
        async with self._fetching:
            if not self._is_old() and self._find(key_id) is not None:
                return  # whoever held the lock before has done it
            pause = PAUSE_SECONDS if self._keys else FIRST_PAUSE_SECONDS
            if self._tried is not None and self._clock() - self._tried < pause:
                return
            self._tried = self._clock()
            try:
                keys = keys_in(await self._fetch())
            except (httpx.HTTPError, ValueError) as problem:
                # The last good keys stay: that the issuer is away locks nobody out.
                await log.awarning("keys_not_fetched", problem=repr(problem))
                return
            if keys:
                self._keys, self._fetched = keys, self._clock()
            else:
                await log.awarning("keys_not_fetched", problem="no key for RS256 or ES256")


def keys_in(document: Any) -> dict[str | None, PublicKey]:
    """Return the keys of a set that can check RS256 or ES256. Raises ValueError where it is none.

    What is there for encryption, for other algorithms, or too short, is passed over: a set may
    hold more than we read. A secret key among public ones is passed over too.
    """
    given = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(given, list):
        raise ValueError("a key set holds a list of keys")  # noqa: TRY004 - of what was fetched
    keys: dict[str | None, PublicKey] = {}
    for each in given:
        if not isinstance(each, dict) or each.get("use", "sig") != "sig":
            continue
        kind = str(each.get("kty"))
        algorithm = ALGORITHMS.get((kind, each.get("crv") if kind == "EC" else None))
        if algorithm is None or each.get("alg", algorithm) != algorithm:
            continue
        try:
            key = jwt.PyJWK({**each, "alg": algorithm}).key
        except jwt.PyJWTError:
            continue
        if kind == "EC" or key.key_size >= SHORTEST_RSA:
            keys[each.get("kid")] = PublicKey(key, algorithm)
    return keys


def fetch_from(url: str) -> Fetch:
    """Return what fetches a key set over HTTPS, or from this machine. Raises BadSecret."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
        raise BadSecret(
            "HANDRAIL_JWKS_URL must begin with https:// - whoever can change the keys on their way "
            "could sign as anybody"
        )

    async def fetch() -> Any:
        trusted = await asyncio.to_thread(httpx.create_ssl_context)  # reads files
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, verify=trusted) as client:
            answer = await client.get(url)
            return answer.raise_for_status().json()

    return fetch
