"""Slack: a conversation is a thread, in a support channel or in a direct message to the bot.

Bolt checks the signature and answers Slack; what a call brings is kept before Slack hears "ok", so
that Slack sends again what we could not keep. Needs handrail[slack].
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from handrail.app.channels.handover_note import handover_note
from handrail.app.channels.protocol import (
    Call,
    Identity,
    Incoming,
    NotTheirs,
    Outgoing,
    Received,
    Unreadable,
    Who,
)
from handrail.app.channels.slack_agents import SlackAgents
from handrail.app.channels.slack_calls import called
from handrail.app.channels.slack_events import Reading, command_in, incoming_in
from handrail.store.handoffs.protocol import HandoffPacket

FOUND, UNREAD = "handrail_incoming", "handrail_unreadable"
METADATA = "handrail_message"
SHORTCUTS = {"handrail_hand_back": "bot", "handrail_resolve": "resolved"}
LONGEST_TEXT = 3900  # Slack cuts what is beyond 4000
UNAUTHORIZED = 401
BAD = 400


class SlackChannel:
    """Threads in the `support` channels and in direct messages.

    `agents` are the members whose words in a thread are a person's; `desk` is the channel in which
    packets are posted.
    """

    name = "slack"

    def __init__(
        self,
        token: str,
        signing_secret: str,
        *,
        support: Collection[str],
        agents: SlackAgents,
        desk: str | None = None,
        base_url: str = AsyncWebClient.BASE_URL,
    ) -> None:
        self._client = AsyncWebClient(token=token, base_url=base_url, timeout=10)
        self._agents = agents
        self._desk = desk
        self._support = frozenset(support)
        self._app = AsyncApp(
            client=self._client,
            signing_secret=signing_secret,
            process_before_response=True,
        )
        self._app.event("message")(self._on_message)
        for shortcut in SHORTCUTS:
            self._app.message_shortcut(shortcut)(self._on_shortcut)

    async def receive(self, call: Call) -> Received:
        """Have Bolt check and answer the call; what it brought comes with the answer."""
        found: list[Incoming] = []
        try:
            body = call.body.decode()
        except UnicodeDecodeError as problem:
            raise Unreadable("The body is no text.") from problem
        request = AsyncBoltRequest(
            body=body, headers={name: [value] for name, value in call.headers.items()}
        )
        request.context[FOUND] = found
        request.context[UNREAD] = unread = list[Unreadable]()
        answer = await self._app.async_dispatch(request)
        if answer.status == UNAUTHORIZED:
            raise NotTheirs("The signature is not Slack's, or not of just now.")
        if unread:
            raise unread[0]
        if answer.status == BAD:
            raise Unreadable("Slack's library cannot read the body.")
        # What nobody listens for is no reason for Slack to send it again.
        status = answer.status if answer.status >= 500 else 200  # noqa: PLR2004
        media = answer.first_headers_without_set_cookie().get("content-type", "application/json")
        return Received(found, status, answer.body or "", media.partition(";")[0])

    def identity(self, who: Who) -> Identity:
        """Say nothing: that somebody is in a workspace does not make them a customer."""
        del who
        return Identity()

    async def send(self, conversation: str, message: Outgoing) -> None:
        """Post a text into the thread, whole, in as many messages as it takes."""
        channel, thread = conversation.split(":", 1)
        there = await self._there(channel, thread, message.id) if message.again else set()
        await self._post(channel, message.text, message.id, there, thread_ts=thread)

    async def typing(self, conversation: str) -> None:
        """Show nothing: in a thread of a channel Slack lets no bot show that it writes."""
        del conversation

    async def handoff(
        self, conversation: str, packet: HandoffPacket, desk_url: str | None, *, again: bool
    ) -> None:
        """Post the packet in the desk's channel, with the address of the thread."""
        if self._desk is None:
            return
        channel, thread = conversation.split(":", 1)
        about = f"packet-{packet['id']}"
        there = await self._there(self._desk, None, about) if again else set()
        asked = self._client.chat_getPermalink(channel=channel, message_ts=thread)
        link = str((await called(asked)).get("permalink") or "")
        note = handover_note(packet, desk_url)
        await self._post(self._desk, f"{note}\nThread: {link}".strip(), about, there)

    async def hand_back(self, conversation: str) -> None:
        """Do nothing: the thread shows who writes."""
        del conversation

    async def close(self, conversation: str) -> None:
        """Do nothing: a thread is never closed."""
        del conversation

    async def survey(self, conversation: str, message: Outgoing, url: str) -> None:
        """Post the address of the survey into the thread."""
        del url  # it stands in the text
        await self.send(conversation, message)

    async def _on_message(self, event: dict[str, Any], context: dict[str, Any]) -> None:
        reading = Reading(self._support, await self._agents.among(event.get("user"), self._client))
        _read(context, lambda: incoming_in(event, reading))

    async def _on_shortcut(self, ack: Any, shortcut: dict[str, Any], context: Any) -> None:
        user = str((shortcut.get("user") or {}).get("id") or "")
        agent = await self._agents.among(user, self._client)
        _read(context, lambda: command_in(shortcut, SHORTCUTS[shortcut["callback_id"]], agent))
        await ack()

    async def _post(
        self, channel: str, text: str, about: str, there: Collection[int], **more: Any
    ) -> None:
        """Post a text in pieces, but for those that are there already."""
        pieces = [text[at : at + LONGEST_TEXT] for at in range(0, len(text), LONGEST_TEXT)]
        for number, piece in enumerate(pieces):
            if number in there:
                continue
            noted = {"event_type": METADATA, "event_payload": {"id": about, "piece": number}}
            posting = self._client.chat_postMessage(
                channel=channel, text=_escaped(piece), metadata=noted, unfurl_links=False, **more
            )
            await called(posting)

    async def _there(self, channel: str, thread: str | None, about: str) -> set[int]:
        """Return the pieces that an attempt which seemed to fail has left after all."""
        if thread is None:
            asking = self._client.conversations_history(
                channel=channel, limit=100, include_all_metadata=True
            )
        else:
            asking = self._client.conversations_replies(
                channel=channel, ts=thread, limit=200, include_all_metadata=True
            )
        listed = (await called(asking)).get("messages") or []
        noted = [(each.get("metadata") or {}).get("event_payload") or {} for each in listed]
        return {int(each.get("piece") or 0) for each in noted if each.get("id") == about}


def _read(context: Any, reading: Callable[[], Incoming | None]) -> None:
    """Add what a call means to what Bolt carries; Bolt itself would answer an error with 500."""
    try:
        found = reading()
    except Unreadable as problem:
        context[UNREAD].append(problem)
    else:
        context[FOUND] += [found] if found else []


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
