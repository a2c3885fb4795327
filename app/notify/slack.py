"""Post notifications to a Slack channel, by an incoming webhook.

Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

from __future__ import annotations

import json

import httpx

from handrail.app.notify.webhook import post, web_address
from handrail.app.notify.words import is_repeated, notice
from handrail.store.notifications.protocol import Notification

LONGEST_SECTION = 3000


class SlackNotifier:
    """Post each notification as {"text", "blocks"}; the URL is a secret and is never logged."""

    def __init__(self, url: str, client: httpx.AsyncClient, *, name: str = "slack") -> None:
        """Check the settings. Raises BadAddress."""
        self.name = name
        self._url = web_address(url, "Slack webhook")
        self._client = client

    async def send(self, notification: Notification) -> None:
        """Post one notification, unless it repeats another. Raises NotSent."""
        if is_repeated(notification):
            return
        body = json.dumps(message_of(notification)).encode()
        await post(self._client, self._url, body, {"content-type": "application/json"})


def message_of(notification: Notification) -> dict[str, object]:
    """Return the message: a line for the notice on a phone, and a block with everything."""
    words = notice(notification)
    subject = _escaped(words.subject)
    shown = f"*{subject}*"
    for line in _escaped(words.body).splitlines():
        # Whole lines only, so that no escape is cut in two.
        if len(shown) + len(line) < LONGEST_SECTION:
            shown += f"\n{line}"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": shown}}
    return {"text": subject, "blocks": [section]}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
