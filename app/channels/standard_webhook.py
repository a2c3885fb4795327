"""Any product, by webhooks that both sides sign by the Standard Webhooks scheme.

The shapes stand in docs/channels.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from handrail.app.channels.protocol import (
    Agent,
    Call,
    CustomerMessage,
    HolderChange,
    Identity,
    Incoming,
    NotTheirs,
    Outgoing,
    PersonReply,
    Received,
    Unreadable,
    Who,
)
from handrail.app.channels.webhook_shapes import Delivery, read_delivery
from handrail.app.notify.protocol import public_id
from handrail.app.notify.webhook import post, web_address
from handrail.graph.clock import iso
from handrail.store.handoffs.protocol import HandoffPacket
from handrail.tools.post.protocol import BadAddress
from handrail.tools.signing import BadSecret, BadSignature, read_key, sign, verify


class WebhookChannel:
    """Take signed webhooks, and answer by signed webhooks to `url`."""

    name = "webhook"

    def __init__(
        self,
        url: str,
        secret: str,
        client: httpx.AsyncClient,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Check the settings. Raises BadAddress."""
        self._url = web_address(url, "channel")
        try:
            self._key = read_key(secret)
        except BadSecret as problem:
            raise BadAddress(str(problem)) from problem
        self._secret = secret
        self._client = client
        self._now = now

    async def receive(self, call: Call) -> Received:
        """Check the signature, which is good for five minutes, and read the body."""
        try:
            verify(self._secret, call.headers, call.body, self._now())
        except BadSignature as problem:
            raise NotTheirs(str(problem)) from problem
        found = incoming_of(read_delivery(call.body))
        return Received([found] if found else [], 202, "{}")

    def identity(self, who: Who) -> Identity:
        """Say what the signed body says."""
        return Identity(who.customer_id, who.vouched and who.customer_id is not None)

    async def send(self, conversation: str, message: Outgoing) -> None:
        """Post the text with its citations."""
        data = {"id": message.id, "text": message.text, "citations": list(message.citations)}
        await self._post("message.sent", conversation, message.id, data)

    async def typing(self, conversation: str) -> None:
        """Post that an answer is being written."""
        moment = self._now().isoformat()
        await self._post("typing.started", conversation, f"typing-{moment}", {})

    async def handoff(
        self, conversation: str, packet: HandoffPacket, desk_url: str | None, *, again: bool
    ) -> None:
        """Post the whole packet."""
        data = {"handoff": packet, "desk_url": desk_url}
        await self._post("handoff.opened", conversation, f"packet-{packet['id']}", data)

    async def hand_back(self, conversation: str) -> None:
        """Post that the bot has it again."""
        await self._change("conversation.handed_back", conversation)

    async def close(self, conversation: str) -> None:
        """Post that it is over."""
        await self._change("conversation.closed", conversation)

    async def survey(self, conversation: str, message: Outgoing, url: str) -> None:
        """Post the address of the survey, and words to offer it with."""
        data = {"id": message.id, "text": message.text, "url": url}
        await self._post("survey.offered", conversation, message.id, data)

    async def _change(self, kind: str, conversation: str) -> None:
        await self._post(kind, conversation, f"{kind}-{self._now().isoformat()}", {})

    async def _post(self, kind: str, conversation: str, about: str, data: dict[str, Any]) -> None:
        """Post one event; the same thing has the same webhook-id, so that it is taken once."""
        sent = {"type": kind, "timestamp": iso(self._now()),
                "data": {"conversation": conversation, **data}}  # fmt: skip
        body = json.dumps(sent, separators=(",", ":")).encode()
        sent_as = public_id(f"{conversation}\n{about}")
        signed = sign(self._key, sent_as, self._now(), body)
        headers = {"content-type": "application/json", **signed}
        await post(self._client, self._url, body, headers)


def incoming_of(delivery: Delivery) -> Incoming | None:
    """Return what a delivery says; None for a kind that is not for us. Raises Unreadable."""
    data = delivery.data
    agent = Agent(data.agent.id, data.agent.name or data.agent.id) if data.agent else None
    at = data.at or delivery.timestamp
    if delivery.type == "customer.message":
        if data.customer is None:
            raise Unreadable("A customer.message names its customer.")
        said = data.customer
        who = Who(said.id, said.name, said.customer_id, said.verified, said.locale, said.time_zone)
        return CustomerMessage(
            data.conversation, data.id, who, data.text, at, data.attachments, data.sequence
        )
    if delivery.type == "agent.reply":
        if agent is None:
            raise Unreadable("An agent.reply names its agent.")
        return PersonReply(data.conversation, data.id, agent, data.text, at, data.sequence)
    if delivery.type == "conversation.holder":
        if data.holder is None:
            raise Unreadable("A conversation.holder says people, bot or resolved.")
        return HolderChange(
            data.conversation, f"holder-{data.id}", data.holder, agent, at, data.sequence
        )
    return None
