"""A token of Keycloak by client credentials, kept until it runs out."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field

from handrail.tools.backends.exchange import Answer, Request
from handrail.tools.backends.http import HttpBackend

SPARE_SECONDS = 10.0  # so that a token does not run out on its way


class _Granted(BaseModel):
    model_config = ConfigDict(extra="ignore")

    access_token: str = Field(min_length=1)
    expires_in: float = 60.0


class KeycloakToken:
    """Fetch a token when there is none, or the last one has run out."""

    def __init__(
        self,
        backend: HttpBackend,
        realm: str,
        client_id: str,
        client_secret: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend = backend
        self._path = f"realms/{quote(realm, safe='')}/protocol/openid-connect/token"
        self._form = urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": client_secret,
            }
        ).encode()
        self._clock = clock
        self._token = ""
        self._until = 0.0

    async def get(self, doing: str) -> str:
        """Return a token that is good now. Raises BackendDown."""
        if not self._token or self._clock() >= self._until:
            headers = {"content-type": "application/x-www-form-urlencoded"}
            request = Request("POST", self._path, headers, content=self._form)
            asked = self._clock()
            granted = await self._backend.ask(doing, lambda: request, _read)
            self._token = granted.access_token
            self._until = asked + granted.expires_in - SPARE_SECONDS
        return self._token

    def forget(self) -> None:
        """Drop a token that Keycloak no longer takes."""
        self._token = ""


def _read(answer: Answer) -> _Granted:
    return _Granted.model_validate(answer.json)
