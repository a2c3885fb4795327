"""Open what reads tokens, by what the settings say."""

from __future__ import annotations

from handrail.app.access.key_set import KeySet, fetch_from
from handrail.app.access.public_keys import HostTokens, PublicKeys
from handrail.app.access.shared_secret import SharedSecret
from handrail.app.access.tokens import BadSecret, Expected, Tokens
from handrail.graph.settings import Settings
from handrail.graph.time_zones import known_zones


def open_tokens(settings: Settings) -> Tokens | None:
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
