"""Post notifications to a URL, signed by the Standard Webhooks scheme.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx

from handrail.app.notify.protocol import NotSent, public_id
from handrail.store.notifications.protocol import Notification
from handrail.tools.post.protocol import BadAddress

SECRET_PREFIX = "whsec_"  # noqa: S105 - marks a secret, is none
TIMEOUT_SECONDS = 10.0
NOBODY_THERE = frozenset({404, 410})
LONGEST_WAIT = 3600
DIGITS = 12


class BadSignature(Exception):
    """A webhook was not signed by us, or not just now."""


class WebhookNotifier:
    """Post each notification as {"type", "timestamp", "data"} with the three webhook headers."""

    def __init__(
        self,
        url: str,
        secret: str,
        client: httpx.AsyncClient,
        *,
        name: str = "webhook",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Check the settings. Raises BadAddress."""
        self.name = name
        self._url = web_address(url, "webhook")
        self._key = _key(secret)
        self._client = client
        self._now = now

    async def send(self, notification: Notification) -> None:
        """Post one notification, signed as of now. Raises NotSent."""
        data = {
            **notification.payload,
            "notification_id": notification.id,
            "handoff_id": notification.handoff_id,
        }
        body = json.dumps(
            {"type": notification.kind, "timestamp": notification.created_at, "data": data},
            separators=(",", ":"),
        ).encode()
        sent_as, at = public_id(notification.id), str(int(self._now().timestamp()))
        headers = {
            "content-type": "application/json",
            "webhook-id": sent_as,
            "webhook-timestamp": at,
            "webhook-signature": _signature(self._key, sent_as, at, body),
        }
        await post(self._client, self._url, body, headers)


def verify(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    tolerance_seconds: int = 300,
) -> None:
    """Check, for a receiver, that a webhook is ours and recent. Raises BadSignature.

    A second webhook with the same webhook-id is a duplicate, which the receiver passes over.
    """
    given = {name.lower(): value for name, value in headers.items()}
    sent_as, at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not (at.isascii() and at.isdigit() and len(at) <= DIGITS):
        raise BadSignature("The webhook has no usable webhook-timestamp.")
    if abs(now.timestamp() - int(at)) > tolerance_seconds:
        raise BadSignature("The webhook is not of just now.")
    wanted = _signature(_key(secret), sent_as, at, body).encode()
    signatures = given.get("webhook-signature", "").encode("utf-8", "replace").split(b" ")
    if not any(hmac.compare_digest(wanted, signature) for signature in signatures):
        raise BadSignature("The webhook's signature is not ours.")


def web_address(url: str, what: str) -> httpx.URL:
    """Return a URL that can be posted to. Raises BadAddress, without the URL: it may be secret."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        address = httpx.URL()
    if address.scheme not in {"http", "https"} or not address.host:
        raise BadAddress(f"The address of the {what} is no http(s) URL.")
    return address


async def post(
    client: httpx.AsyncClient, url: httpx.URL, body: bytes, headers: Mapping[str, str]
) -> None:
    """Post a body; only the status of the answer counts. Raises NotSent."""
    try:
        # Streamed, so that an answer's body, which nobody reads, can neither fail nor hold us up.
        async with client.stream(
            "POST", url, content=body, headers=dict(headers),
            timeout=TIMEOUT_SECONDS, follow_redirects=False,
        ) as answer:  # fmt: skip
            if answer.is_success:
                return
            status, asked = answer.status_code, answer.headers.get("retry-after", "")
    except httpx.HTTPError as problem:
        what = f"The address did not answer: {type(problem).__name__}: {problem}"
        raise NotSent(what, for_good=False) from problem
    digits = asked.isascii() and asked.isdigit() and len(asked) <= DIGITS
    raise NotSent(
        f"The address answered {status}",
        for_good=status in NOBODY_THERE,
        wait=min(int(asked), LONGEST_WAIT) if digits else 0,
    )


def _key(secret: str) -> bytes:
    key = secret.encode()
    if secret.startswith(SECRET_PREFIX):
        try:
            key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        except binascii.Error as problem:
            raise BadAddress("After whsec_ the webhook's secret must be base64.") from problem
    if not key:
        raise BadAddress("The webhook's secret is empty.")
    return key


def _signature(key: bytes, sent_as: str, at: str, body: bytes) -> str:
    signed = b".".join((sent_as.encode("utf-8", "replace"), at.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
