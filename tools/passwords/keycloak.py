"""Password resets by Keycloak, over its Admin REST API.

The client needs a service account with the realm-management roles view-users and manage-users.
Source: https://www.keycloak.org/docs-api/latest/rest-api/index.html (Users)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from handrail.tools.backends.exchange import Answer, Request
from handrail.tools.backends.http import HttpBackend
from handrail.tools.passwords.identity_provider import ResetResult
from handrail.tools.passwords.keycloak_token import KeycloakToken

DOING = "send_password_reset"
ACTIONS = json.dumps(["UPDATE_PASSWORD"]).encode()
UNAUTHORIZED = 401
NOT_FOUND = 404

Result = TypeVar("Result")


class _User(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1)
    email: str | None = None
    enabled: bool = True


class _TokenRefused(Exception):
    """The token ran out, or was withdrawn, before we thought so."""


_USERS = TypeAdapter(list[_User])


@dataclass(frozen=True)
class Realm:
    """Where accounts are, and where the link leads: `lifespan` in seconds."""

    name: str
    client_id: str | None = None
    redirect_uri: str | None = None
    lifespan: int = 1800


class KeycloakIdentityProvider:
    """Find the account, and let Keycloak mail its owner the link."""

    def __init__(self, backend: HttpBackend, token: KeycloakToken, realm: Realm) -> None:
        self._backend = backend
        self._token = token
        self._realm = realm
        self._users = f"admin/realms/{quote(realm.name, safe='')}/users"

    async def send_reset(self, identifier: str, *, key: str) -> ResetResult:
        """Let the owner of an account be mailed a link. Raises BackendDown.

        `identifier` is an e-mail address, or Keycloak's id of the user. Keycloak takes no `key`:
        made again, a request mails again, and each link works once.
        """
        del key
        user = await (self._by_email if "@" in identifier else self._by_id)(identifier)
        if user is None:
            return "no_account"
        if not user.enabled:
            return "locked"
        asked = {"lifespan": str(self._realm.lifespan)}
        if self._realm.client_id:
            asked["client_id"] = self._realm.client_id
        if self._realm.redirect_uri:
            asked["redirect_uri"] = self._realm.redirect_uri
        path = f"{self._users}/{quote(user.id, safe='')}/execute-actions-email"
        request = Request("PUT", path, {"content-type": "application/json"}, asked, ACTIONS)
        status = await self._ask(request, {200, 204, NOT_FOUND}, lambda answer: answer.status)
        return "no_account" if status == NOT_FOUND else "sent"

    async def _by_email(self, email: str) -> _User | None:
        request = Request("GET", self._users, params={"email": email, "exact": "true"})
        users = await self._ask(request, {200}, lambda a: _USERS.validate_python(a.json))
        # A realm may let two accounts share an address; only a sole owner is surely the asker.
        found = [user for user in users if (user.email or "").casefold() == email.casefold()]
        return found[0] if len(found) == 1 else None

    async def _by_id(self, user_id: str) -> _User | None:
        def read(answer: Answer) -> _User | None:
            return None if answer.status == NOT_FOUND else _User.model_validate(answer.json)

        request = Request("GET", f"{self._users}/{quote(user_id, safe='')}")
        return await self._ask(request, {200, NOT_FOUND}, read)

    async def _ask(
        self, request: Request, expect: set[int], read: Callable[[Answer], Result]
    ) -> Result:
        """Ask with our token, and once more with a new one where it is no longer taken."""
        try:
            return await self._once(request, expect | {UNAUTHORIZED}, read)
        except _TokenRefused:
            self._token.forget()
            return await self._once(request, expect, read)

    async def _once(
        self, request: Request, expect: set[int], read: Callable[[Answer], Result]
    ) -> Result:
        token = await self._token.get(DOING)
        sent = replace(request, headers={**request.headers, "authorization": f"Bearer {token}"})

        def taken(answer: Answer) -> Result:
            if answer.status == UNAUTHORIZED:
                raise _TokenRefused
            return read(answer)

        return await self._backend.ask(DOING, lambda: sent, taken, expect=frozenset(expect))
