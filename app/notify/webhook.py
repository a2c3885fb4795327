"""Post notifications to a URL, signed by the Standard Webhooks scheme."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx

from handrail.app.notify.protocol import NotSent, public_id
from handrail.store.notifications.protocol import Notification
from handrail.tools.post.protocol import BadAddress
from handrail.tools.signing import BadSecret, read_key, sign

TIMEOUT_SECONDS = 10.0
NOBODY_THERE = frozenset({404, 410})
LONGEST_WAIT = 3600
DIGITS = 12


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
        try:
            self._key = read_key(secret)
        except BadSecret as problem:
            raise BadAddress(str(problem)) from problem
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
        headers = {
            "content-type": "application/json",
            **sign(self._key, public_id(notification.id), self._now(), body),
        }
        await post(self._client, self._url, body, headers)


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
