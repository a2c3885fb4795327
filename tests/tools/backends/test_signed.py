"""A host can tell that a call is ours, for this endpoint, and made just now."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from handrail.tools.backends.address import service_address
from handrail.tools.backends.http import HttpBackend
from handrail.tools.backends.signed import SignedBackend, verify_call
from handrail.tools.errors import BackendDown, BadSettings
from handrail.tools.signing import BadSignature
from tests.loopback import Reply, Seen, script, serving

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
PATH = "/handrail/orders"


async def nap(_: float) -> None:
    """Take no time."""


def signed(url: str, secret: str = SECRET) -> SignedBackend:
    address = service_address(f"{url}/handrail", "the shop")
    return SignedBackend(HttpBackend("the shop", address, sleep=nap), secret)


async def a_call(*replies: Reply, key: str | None = None) -> list[Seen]:
    with serving(script(*(replies or [Reply({})]))) as shop:
        await signed(shop.url).post("asking", "orders", {"n": 1}, lambda a: a.json, key=key)
    return shop.seen


async def test_a_call_is_taken_where_it_was_sent_to_and_nowhere_else() -> None:
    (call,) = await a_call()
    now = datetime.now(UTC)
    assert (call.method, call.path) == ("POST", PATH)
    assert Webhook(SECRET).verify(call.body, call.headers) == {
        "method": "POST", "path": PATH, "data": {"n": 1},
    }  # fmt: skip
    assert verify_call(SECRET, "POST", PATH, call.headers, call.body, now=now) == {"n": 1}
    other = "whsec_" + base64.b64encode(b"x" * 24).decode()
    for secret, method, path, body, at in (
        (SECRET, "PUT", PATH, call.body, now),
        (SECRET, "POST", "/handrail/password-resets", call.body, now),
        (SECRET, "POST", PATH, call.body + b" ", now),
        (SECRET, "POST", PATH, call.body, now + timedelta(minutes=6)),
        (other, "POST", PATH, call.body, now),
    ):
        with pytest.raises(BadSignature):
            verify_call(secret, method, path, call.headers, body, now=at)


async def test_attempts_at_one_call_carry_one_id() -> None:
    calls = await a_call(Reply(status=503), Reply({}), key="reset-1")
    assert [call.headers["webhook-id"] for call in calls] == ["reset-1", "reset-1"]
    (other,), (another,) = await a_call(), await a_call()
    assert other.headers["webhook-id"] != another.headers["webhook-id"]


async def test_a_refused_signature_goes_to_a_person() -> None:
    with pytest.raises(BackendDown, match="answered 401"):
        await a_call(Reply(status=401))


def test_a_secret_that_cannot_be_used_is_said() -> None:
    with pytest.raises(BadSettings, match="The secret of the shop"):
        signed("https://shop.example", "whsec_%")
