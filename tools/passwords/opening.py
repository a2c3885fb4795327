"""Open the identity provider that the settings name: the file of HANDRAIL_PASSWORDS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from handrail.tools.backends.address import service_address
from handrail.tools.backends.http import HttpBackend
from handrail.tools.backends.signed import SignedBackend
from handrail.tools.configuration import read_file, secret_named
from handrail.tools.passwords.http_provider import HttpIdentityProvider
from handrail.tools.passwords.identity_provider import IdentityProvider
from handrail.tools.passwords.keycloak import KeycloakIdentityProvider, Realm
from handrail.tools.passwords.keycloak_token import KeycloakToken

FILE = "passwords"
SERVICE = "the service of accounts"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpEndpoint(_Part):
    """Passwords behind an endpoint of the host's own."""

    kind: Literal["http"]
    url: str
    secret_env: str


class Keycloak(_Part):
    """Passwords in a realm of Keycloak.

    `client_id` is whose service account we use; `link_client_id` and `redirect_uri` say where a
    customer is led after choosing a password. `lifespan` of the link in seconds.
    """

    kind: Literal["keycloak"]
    url: str
    realm: str
    client_id: str
    secret_env: str
    link_client_id: str | None = None
    redirect_uri: str | None = None
    lifespan: int = Field(1800, ge=60, le=86_400)


class _File(RootModel[Annotated[HttpEndpoint | Keycloak, Field(discriminator="kind")]]):
    pass


def open_provider(
    file: Path | None, embedded: IdentityProvider, environ: Mapping[str, str]
) -> IdentityProvider:
    """Return the provider that a file names; without one, the embedded one. Raises BadSettings.

    Nothing is called yet. Secrets stand in `environ`, under the names that the file gives.
    """
    if file is None:
        return embedded
    configured = read_file(file, _File, FILE).root
    secret = secret_named(environ, configured.secret_env, "secret_env", FILE)
    if isinstance(configured, HttpEndpoint):
        backend = HttpBackend(SERVICE, service_address(configured.url, SERVICE))
        return HttpIdentityProvider(SignedBackend(backend, secret))
    backend = HttpBackend("Keycloak", service_address(configured.url, "Keycloak"))
    return KeycloakIdentityProvider(
        backend,
        KeycloakToken(backend, configured.realm, configured.client_id, secret),
        Realm(
            configured.realm,
            configured.link_client_id,
            configured.redirect_uri,
            configured.lifespan,
        ),
    )
