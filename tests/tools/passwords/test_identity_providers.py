"""Both adapters of IdentityProvider, against a server that speaks the documented shapes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from handrail.tools.backends.address import service_address
from handrail.tools.backends.http import HttpBackend
from handrail.tools.backends.signed import SignedBackend, verify_call
from handrail.tools.errors import BackendDown
from handrail.tools.passwords.http_provider import HttpIdentityProvider
from handrail.tools.passwords.keycloak import KeycloakIdentityProvider, Realm
from handrail.tools.passwords.keycloak_token import KeycloakToken
from tests.loopback import Loopback, Reply, Seen, script, serving

WORD = "pass word"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
ADA = {"id": "u-1", "email": "ada@example.org", "enabled": True}
USERS = "/auth/admin/realms/the shop/users".replace(" ", "%20")


async def nap(_: float) -> None:
    """Take no time."""


def host(server: Loopback) -> HttpIdentityProvider:
    backend = HttpBackend("the host", service_address(server.url, "the host"), sleep=nap)
    return HttpIdentityProvider(SignedBackend(backend, SECRET))


@pytest.mark.parametrize("result", ["sent", "no_account", "locked"])
async def test_the_hosts_endpoint_says_what_became_of_it(result: str) -> None:
    with serving(script(Reply(status=503), Reply({"result": result}))) as server:
        assert await host(server).send_reset("ada@example.org", key="reset-7") == result
    for call in server.seen:
        now = datetime.now(UTC)
        data = verify_call(SECRET, "POST", "/password-resets", call.headers, call.body, now=now)
        assert data == {"identifier": "ada@example.org"}
        assert call.headers["webhook-id"] == "reset-7"  # so that it is mailed once
    assert len(server.seen) == 2


@pytest.mark.parametrize("answer", [{"result": "maybe"}, {}, None])
async def test_another_answer_of_the_endpoint_is_told_of(answer: Any) -> None:
    with serving(script(Reply(answer))) as server, pytest.raises(BackendDown) as caught:
        await host(server).send_reset("ada@example.org", key="k")
    assert "another shape" in caught.value.tried[0]
    assert "ada" not in str(caught.value) + str(caught.value.tried)


class Keycloak:
    """Grants tokens t-1, t-2, ..., takes those that it has not withdrawn, and keeps users."""

    def __init__(self, *users: dict[str, Any], mailing: int = 204, expires_in: int = 60) -> None:
        self.users = list(users)
        self.granted = 0
        self.withdrawn: set[str] = set()
        self.mailed: list[Seen] = []
        self._mailing = mailing
        self._expires_in = expires_in

    def __call__(self, call: Seen) -> Reply:
        place = urlsplit(call.path)
        if place.path == "/auth/realms/the%20shop/protocol/openid-connect/token":
            form = parse_qs(call.body.decode())
            assert form["grant_type"] == ["client_credentials"]
            if form["client_secret"] != [WORD]:
                return Reply({"error": "unauthorized_client"}, status=401)
            self.granted += 1
            return Reply({"access_token": f"t-{self.granted}", "expires_in": self._expires_in})
        token = call.headers["authorization"].removeprefix("Bearer ")
        if token in self.withdrawn or not token.startswith("t-"):
            return Reply({"error": "HTTP 401 Unauthorized"}, status=401)
        if place.path == USERS:
            asked = parse_qs(place.query)
            assert asked["exact"] == ["true"]
            return Reply([one for one in self.users if one["email"] == asked["email"][0].lower()])
        return self._of_one(call, place.path)

    def _of_one(self, call: Seen, path: str) -> Reply:
        user_id, _, action = path.removeprefix(f"{USERS}/").partition("/")
        found = [one for one in self.users if one["id"] == user_id]
        if not found:
            return Reply({"error": "User not found"}, status=404)
        if not action:
            return Reply(found[0])
        assert action == "execute-actions-email"
        self.mailed.append(call)
        return Reply(status=self._mailing, raw=b"")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def provider(
    server: Loopback, secret: str = WORD, clock: Clock | None = None
) -> KeycloakIdentityProvider:
    address = service_address(f"{server.url}/auth", "Keycloak")
    backend = HttpBackend("Keycloak", address, sleep=nap)
    token = KeycloakToken(backend, "the shop", "handrail", secret, clock or Clock())
    realm = Realm("the shop", client_id="web", redirect_uri="https://shop.example/in")
    return KeycloakIdentityProvider(backend, token, realm)


@pytest.mark.parametrize(
    ("users", "identifier", "result"),
    [
        ([ADA], "ada@example.org", "sent"),
        ([ADA], "Ada@Example.org", "sent"),
        ([ADA], "u-1", "sent"),
        ([ADA], "bo@example.org", "no_account"),
        ([ADA], "u-2", "no_account"),
        ([ADA], "u-1/../u-1", "no_account"),
        ([{**ADA, "enabled": False}], "ada@example.org", "locked"),
        ([{**ADA, "enabled": False}], "u-1", "locked"),
        ([ADA, {**ADA, "id": "u-3"}], "ada@example.org", "no_account"),
    ],
)
async def test_keycloak_mails_the_owner_and_nobody_else(
    users: list[dict[str, Any]], identifier: str, result: str
) -> None:
    keycloak = Keycloak(*users)
    with serving(keycloak) as server:
        assert await provider(server).send_reset(identifier, key="k") == result
    if result != "sent":
        assert keycloak.mailed == []
        return
    (mail,) = keycloak.mailed
    assert (mail.method, mail.json()) == ("PUT", ["UPDATE_PASSWORD"])
    assert parse_qs(urlsplit(mail.path).query) == {
        "lifespan": ["1800"], "client_id": ["web"], "redirect_uri": ["https://shop.example/in"],
    }  # fmt: skip


async def test_a_token_serves_until_it_runs_out_or_is_refused() -> None:
    keycloak, clock = Keycloak(ADA), Clock()
    with serving(keycloak) as server:
        identity = provider(server, clock=clock)
        for granted, change in ((1, None), (1, None), (2, "time"), (3, "withdrawn")):
            if change == "time":
                clock.now += 55
            if change == "withdrawn":
                keycloak.withdrawn.add("t-2")
            assert await identity.send_reset("u-1", key="k") == "sent"
            assert keycloak.granted == granted


@pytest.mark.parametrize(
    ("keycloak", "secret", "told"),
    [
        (Keycloak(ADA), "wrong", "answered 401"),
        (Keycloak(ADA, mailing=500), WORD, "answered 500"),
        (Keycloak(ADA, mailing=503), WORD, "answered 503, 3 times"),
        (Keycloak({"email": "ada@example.org"}), WORD, "another shape (0.id: "),
    ],
)
async def test_what_goes_wrong_is_told_without_secrets(
    keycloak: Keycloak, secret: str, told: str
) -> None:
    with serving(keycloak) as server, pytest.raises(BackendDown) as caught:
        await provider(server, secret).send_reset("ada@example.org", key="k")
    assert told in caught.value.tried[0]
    said = str(caught.value) + str(caught.value.tried)
    assert not any(word in said for word in ("ada", WORD, "wrong", "t-1"))


async def test_a_token_that_is_never_taken_is_told_of() -> None:
    keycloak = Keycloak(ADA)
    keycloak.withdrawn |= {"t-1", "t-2"}
    with serving(keycloak) as server, pytest.raises(BackendDown, match="answered 401"):
        await provider(server).send_reset("u-1", key="k")
    assert keycloak.granted == 2
