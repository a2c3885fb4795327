from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from handrail.app.notify.protocol import NotSent, public_id
from handrail.app.notify.webhook import WebhookNotifier
from handrail.store.notifications.protocol import Notification
from handrail.tools.post.protocol import BadAddress
from handrail.tools.signing import BadSignature, verify

URL = "https://desk.example/hooks/secret-part"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
OPENED = Notification(
    id="h-1:handoff.opened\nX-Evil: 1",
    kind="handoff.opened",
    handoff_id="h-1",
    created_at="2026-03-01T10:00:00+00:00",
    payload={"queue": "care", "reasons": ["légal"], "owner": None},
)


class Receiver:
    """Keeps what is posted to it, and answers what the test wants."""

    def __init__(self, status: int = 200, **answer: Any) -> None:
        self.requests: list[httpx.Request] = []
        self._status, self._answer = status, answer

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._take), follow_redirects=True)

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self._status, **self._answer)


async def sent(secret: str = SECRET, now: datetime | None = None) -> httpx.Request:
    receiver = Receiver()
    async with receiver.client() as client:
        clock = {} if now is None else {"now": lambda: now}
        await WebhookNotifier(URL, secret, client, **clock).send(OPENED)
    (request,) = receiver.requests
    return request


async def test_the_reference_package_takes_it() -> None:
    request = await sent()
    assert Webhook(SECRET).verify(request.content, dict(request.headers)) == {
        "type": "handoff.opened",
        "timestamp": "2026-03-01T10:00:00+00:00",
        "data": {
            **OPENED.payload,
            "notification_id": OPENED.id,
            "handoff_id": "h-1",
        },
    }
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/json"


async def test_we_take_what_the_reference_package_signs() -> None:
    now = datetime.now(UTC)
    body = '{"type":"x"}'
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": "v1,AAAA " + Webhook(SECRET).sign("msg_1", now, body),
    }
    verify(SECRET, headers, body.encode(), now)


async def test_a_plain_secret_is_the_key_itself() -> None:
    request = await sent("correct horse battery staple")
    key = base64.b64encode(b"correct horse battery staple").decode()
    Webhook(key).verify(request.content, dict(request.headers))


async def test_the_id_stays_the_same_and_is_safe_while_the_time_is_of_the_attempt() -> None:
    first = await sent(now=datetime(2026, 3, 1, 10, tzinfo=UTC))
    second = await sent(now=datetime(2026, 3, 1, 11, tzinfo=UTC))
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == public_id(OPENED.id)
    assert "." not in first.headers["webhook-id"]
    times = [int(request.headers["webhook-timestamp"]) for request in (first, second)]
    assert times[1] - times[0] == 3600


NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
async def test_within_the_tolerance_it_is_recent(seconds: int) -> None:
    request = await sent(now=NOW)
    verify(SECRET, request.headers, request.content, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_beyond_the_tolerance_it_is_not(seconds: int) -> None:
    request = await sent(now=NOW)
    with pytest.raises(BadSignature, match="just now"):
        verify(SECRET, request.headers, request.content, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", "msg_other"),
        ("webhook-timestamp", str(int(NOW.timestamp()) + 1)),
        ("webhook-timestamp", "nan"),
        ("webhook-timestamp", "٣"),
        ("webhook-timestamp", "9" * 5000),
        ("webhook-timestamp", ""),
        ("webhook-signature", ""),
        ("webhook-signature", "v1"),
        ("webhook-signature", "v1,é"),
        ("webhook-signature", "\udcff"),
    ],
)
async def test_a_header_that_was_changed_is_refused(name: str, value: str) -> None:
    request = await sent(now=NOW)
    headers = {**dict(request.headers), name: value}
    with pytest.raises(BadSignature):
        verify(SECRET, headers, request.content, NOW)


async def test_another_body_secret_or_scheme_is_refused() -> None:
    request = await sent(now=NOW)
    with pytest.raises(BadSignature):
        verify(SECRET, request.headers, request.content + b" ", NOW)
    with pytest.raises(BadSignature):
        verify("another", request.headers, request.content, NOW)
    headers = dict(request.headers)
    headers["webhook-signature"] = headers["webhook-signature"].replace("v1,", "v1a,")
    with pytest.raises(BadSignature):
        verify(SECRET, headers, request.content, NOW)


@given(
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()
    )
)
def test_nothing_made_up_passes_or_breaks_it(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify(SECRET, headers, b"{}", NOW)


@pytest.mark.parametrize(
    ("status", "for_good"),
    [
        (404, True),
        (410, True),
        (301, False),
        (400, False),
        (429, False),
        (500, False),
        (503, False),
    ],
)
async def test_a_status_tells_whether_to_try_again(status: int, for_good: bool) -> None:
    receiver = Receiver(status, headers={"location": "https://elsewhere.example/"})
    async with receiver.client() as client:
        with pytest.raises(NotSent, match=str(status)) as raised:
            await WebhookNotifier(URL, SECRET, client).send(OPENED)
    assert raised.value.for_good is for_good
    assert len(receiver.requests) == 1
    assert "secret-part" not in raised.value.what


@pytest.mark.parametrize(
    ("asked", "wait"),
    [("120", 120), ("999999", 3600), ("", 0), ("soon", 0), ("-5", 0), ("9" * 5000, 0)],
)
async def test_a_target_may_ask_for_a_pause(asked: str, wait: int) -> None:
    receiver = Receiver(429, headers={"retry-after": asked})
    async with receiver.client() as client:
        with pytest.raises(NotSent) as raised:
            await WebhookNotifier(URL, SECRET, client).send(OPENED)
    assert raised.value.wait == wait


@pytest.mark.parametrize(
    "url", ["", "desk.example", "ftp://desk.example", "https://", "https://desk:port"]
)
async def test_an_address_that_cannot_be_posted_to_is_refused_at_once(url: str) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(BadAddress) as raised:
            WebhookNotifier(url, SECRET, client)
    assert not url or url not in str(raised.value)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64 abc"])
async def test_a_secret_that_cannot_sign_is_refused_at_once(secret: str) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(BadAddress, match="secret"):
            WebhookNotifier(URL, secret, client)


async def test_the_body_that_is_signed_is_the_body_that_is_sent() -> None:
    request = await sent()
    assert json.loads(request.content)["data"]["reasons"] == ["légal"]
    assert b"\n" not in request.content
