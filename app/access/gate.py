"""Let callers in: by token, or as a developer on their own machine where that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import cast, get_args

from handrail.app.access.by_prefix import ByPrefix
from handrail.app.access.opening import open_host_tokens, open_own_tokens
from handrail.app.access.tokens import BadToken, Tokens
from handrail.app.access.user import User
from handrail.graph.context import Role
from handrail.graph.settings import Settings

ROLE_HEADER = "x-handrail-role"
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})


class NotConfigured(RuntimeError):
    """Nobody could be told from anybody else, so the server does not start."""

    def __init__(self) -> None:
        super().__init__(
            "No way to know who is calling: set HANDRAIL_JWT_SECRET to the secret that your "
            "product signs tokens with, or HANDRAIL_JWKS_URL to where its public keys are, or, on "
            "your own machine only, HANDRAIL_DEV=1 (make dev sets it)."
        )


class NotAdmitted(Exception):
    """A caller is not let in: who they are is not known, or not believed."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True)
class Gate:
    """What lets callers in: `tokens` knows whose token it is, `dev` lets in developers too."""

    tokens: Tokens | None
    dev: bool = False

    async def admit(self, headers: Mapping[str, str], peer: str | None) -> User:
        """Return who is calling, from headers with small letters. Raises NotAdmitted.

        `peer` is the address at the other end of the connection, None where it is not known.
        """
        given = headers.get("authorization", "").strip()
        if not given:
            if self.dev and is_here(headers, peer):
                return developer(headers.get(ROLE_HEADER))
            if self.dev:
                raise NotAdmitted(
                    "HANDRAIL_DEV=1 lets nobody in but callers on the server's own machine, by one "
                    "of its own names and through no proxy. Send a token: Authorization: Bearer "
                    "<token>."
                )
            raise NotAdmitted("Send a token: Authorization: Bearer <token>.")
        scheme, _, token = given.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NotAdmitted("Only bearer tokens are read: Authorization: Bearer <token>.")
        if self.tokens is None:
            raise NotAdmitted("No way to read tokens is set; see .env.example.")
        try:
            return await self.tokens.user_in(token.strip())
        except BadToken as problem:
            raise NotAdmitted(str(problem)) from problem


def open_gate(settings: Settings) -> Gate:
    """Return the gate that the settings describe; blocking.

    Raises NotConfigured or BadSecret, and StoreDown where no secret of ours can be kept.
    """
    host = open_host_tokens(settings)
    has_keys = bool(settings.service_keys.get_secret_value())
    if host is None and not has_keys and not settings.dev:
        raise NotConfigured
    return Gate(ByPrefix(open_own_tokens(settings), host), dev=settings.dev)


@cache
def shared_gate() -> Gate:
    """Return the gate of this process; blocking. Raises what open_gate raises."""
    return open_gate(Settings())


def developer(role: str | None) -> User:
    """Return a developer, in the role they ask for; a service may do everything."""
    chosen = cast("Role", role) if role in get_args(Role) else "service"
    return User(id="developer", role=chosen, name="Developer", developer=True)


def is_here(headers: Mapping[str, str], peer: str | None) -> bool:
    """Tell whether a call comes from this machine itself, straight and by one of its own names.

    A proxy, a page elsewhere that has its name lead here, and a server that does not say who
    connected, are all not here.
    """
    if peer is None or any(name in headers for name in FORWARDED):
        return False
    host = headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    try:
        return ip_address(peer).is_loopback and name.lower() in HERE
    except ValueError:
        return False
