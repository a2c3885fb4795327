"""Open what reads tokens, by what the settings say."""

from __future__ import annotations

from handrail.app.access import acting, channel_tokens, service_keys, visitors
from handrail.app.access.key_set import KeySet, fetch_from
from handrail.app.access.public_keys import HostTokens, PublicKeys
from handrail.app.access.shared_secret import MAKE_ONE, SHORTEST_SECRET, SharedSecret
from handrail.app.access.tokens import BadSecret, Expected, Tokens
from handrail.graph.settings import Settings, plain
from handrail.graph.time_zones import known_zones
from handrail.store.secret import open_secret


def open_host_tokens(settings: Settings) -> Tokens | None:
    """Return what reads the host's tokens, None where none is set; blocking. Raises BadSecret."""
    known_zones()  # read now, before anybody calls
    expected = Expected(settings.jwt_issuer, settings.jwt_audience, settings.jwt_leeway_seconds)
    secret = settings.jwt_secret.get_secret_value() if settings.jwt_secret else ""
    previous = [each.get_secret_value() for each in settings.jwt_previous_secrets]
    if previous and not secret:
        raise BadSecret("HANDRAIL_JWT_PREVIOUS_SECRETS is set and HANDRAIL_JWT_SECRET is not.")
    if not secret and not settings.jwks_url:
        return None
    return HostTokens(
        SharedSecret(secret, previous, expected) if secret else None,
        PublicKeys(KeySet(fetch_from(settings.jwks_url)), expected) if settings.jwks_url else None,
    )


def open_own_tokens(settings: Settings) -> dict[str, Tokens]:
    """Return what reads the tokens we make ourselves, by how these begin; blocking.

    Raises BadSecret, and StoreDown where no secret can be kept.
    """
    secret = long_enough(open_secret(plain(settings.secret), settings.data))
    hashes = service_keys.read_hashes(settings.service_keys.get_secret_value())
    readers: dict[str, Tokens] = {
        acting.PREFIX: acting.ActingTokens(secret),
        channel_tokens.PREFIX: channel_tokens.ChannelTokens(secret),
        service_keys.PREFIX: service_keys.ServiceKeys(hashes),
    }
    if settings.visitors:
        readers[visitors.PREFIX] = visitors.Visitors(secret)
    return readers


def long_enough(secret: str) -> str:
    """Return our own secret: whoever could guess it could act as an agent. Raises BadSecret."""
    if len(secret.encode()) < SHORTEST_SECRET:
        raise BadSecret(
            f"HANDRAIL_SECRET is shorter than {SHORTEST_SECRET} bytes and could be guessed; "
            f"{MAKE_ONE}"
        )
    return secret
