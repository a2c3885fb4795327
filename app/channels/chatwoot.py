"""Chatwoot: Handrail as an agent bot. Pending means that the bot has it, open that people have.

Source: https://developers.chatwoot.com (agent bots, webhooks, messages, toggle status).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from handrail.app.channels.asking import asked
from handrail.app.channels.chatwoot_events import incoming_in
from handrail.app.channels.chatwoot_signature import check
from handrail.app.channels.handover_note import handover_note
from handrail.app.channels.protocol import Call, Identity, Outgoing, Received, Unreadable, Who
from handrail.app.notify.webhook import web_address
from handrail.store.handoffs.protocol import HandoffPacket

OURS = "handrail_id"  # in content_attributes, by which a message of ours is found again


class ChatwootChannel:
    """Conversations of one Chatwoot account; those of others are passed over.

    `token` is the access token of the agent bot. `secret` signs the webhooks; `path_secret` stands
    in their address where a version of Chatwoot signs nothing. One of the two is needed.
    """

    name = "chatwoot"

    def __init__(
        self,
        url: str,
        account: int,
        token: str,
        client: httpx.AsyncClient,
        *,
        secret: str | None = None,
        path_secret: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Check the settings. Raises BadAddress."""
        base = str(web_address(url, "Chatwoot")).rstrip("/")
        self._base = f"{base}/api/v1/accounts/{account}/conversations"
        self._account = account
        self._headers = {"api_access_token": token}
        self._client = client
        self._secret = secret
        self._path_secret = path_secret
        self._now = now

    async def receive(self, call: Call) -> Received:
        """Check where the call comes from, and read the event in it."""
        check(call, self._secret, self._path_secret, self._now())
        try:
            event = json.loads(call.body)
        except ValueError as problem:
            raise Unreadable("The body is no JSON.") from problem
        found = incoming_in(event, self._account)
        return Received([found] if found else [], 200, "{}")

    def identity(self, who: Who) -> Identity:
        """Believe an identifier that came with a valid HMAC; without one it names nobody."""
        if not who.vouched or who.customer_id is None:
            return Identity()
        return Identity(who.customer_id, verified=True)

    async def send(self, conversation: str, message: Outgoing) -> None:
        """Add a message of the bot's."""
        await self._say(conversation, message, private=False)

    async def typing(self, conversation: str) -> None:
        """Show the three dots."""
        await self._post(conversation, "toggle_typing_status", {"typing_status": "on"})

    async def handoff(
        self, conversation: str, packet: HandoffPacket, desk_url: str | None, *, again: bool
    ) -> None:
        """Add a private note with the packet, then open the conversation for people."""
        text = handover_note(packet, desk_url)
        note = Outgoing(f"packet-{packet['id']}", text, again=again)
        await self._say(conversation, note, private=True)
        await self._status(conversation, "open")

    async def hand_back(self, conversation: str) -> None:
        """Give the conversation back to the bot."""
        await self._status(conversation, "pending")

    async def close(self, conversation: str) -> None:
        """Resolve the conversation."""
        await self._status(conversation, "resolved")

    async def survey(self, conversation: str, message: Outgoing, url: str) -> None:
        """Add a message with the address of the survey."""
        del url  # it stands in the text
        await self._say(conversation, message, private=False)

    async def _say(self, conversation: str, message: Outgoing, *, private: bool) -> None:
        if message.again and await self._has(conversation, message.id):
            return
        body = {
            "content": message.text, "message_type": "outgoing", "private": private,
            "content_attributes": {OURS: message.id},
        }  # fmt: skip
        await self._post(conversation, "messages", body)

    async def _has(self, conversation: str, message_id: str) -> bool:
        """Tell whether an attempt that seemed to fail has left its message after all."""
        url = f"{self._base}/{conversation}/messages"
        found = await asked(self._client, "GET", url, headers=self._headers)
        messages: list[Any] = found.get("payload", []) if isinstance(found, dict) else []
        kept = [m.get("content_attributes") or {} for m in messages if isinstance(m, dict)]
        return any(OURS in each and each[OURS] == message_id for each in kept)

    async def _status(self, conversation: str, status: str) -> None:
        await self._post(conversation, "toggle_status", {"status": status})

    async def _post(self, conversation: str, what: str, body: dict[str, Any]) -> None:
        url = f"{self._base}/{conversation}/{what}"
        await asked(self._client, "POST", url, headers=self._headers, json=body)
