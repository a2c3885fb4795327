"""Read Slack's messages and shortcuts: who wrote, in which thread, and what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from handrail.app.channels.protocol import (
    Agent,
    CustomerMessage,
    Holder,
    HolderChange,
    Incoming,
    PersonReply,
    Unreadable,
    Who,
)

COMMANDS: dict[str, Holder] = {"!back": "bot", "!resolve": "resolved"}
WRITTEN = frozenset({None, "file_share", "thread_broadcast"})  # other subtypes are Slack's notes
CONVERSATION = re.compile(r"[CDG][A-Z0-9]{1,30}:\d{1,12}\.\d{1,6}")
ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True)
class Reading:
    """What a message is read with: the support channels, and the agent who wrote it, if one did."""

    support: frozenset[str]
    agent: Agent | None


def incoming_in(event: dict[str, Any], reading: Reading) -> Incoming | None:
    """Return what a message means; None for one that is not for us. Raises Unreadable."""
    user, channel = event.get("user"), str(event.get("channel") or "")
    if event.get("subtype") not in WRITTEN or event.get("bot_id") or not user:
        return None
    if event.get("channel_type") != "im" and channel not in reading.support:
        return None
    ts, root = str(event.get("ts") or ""), event.get("thread_ts")
    conversation = conversation_of(channel, str(root or ts))
    text, at = _plain(str(event.get("text") or "")), _moment(ts)
    if reading.agent is None:
        who = Who(str(user))
        files = len(event.get("files") or [])
        return CustomerMessage(conversation, ts, who, text, at, files)
    if root is None:
        return None  # an agent's own word to the channel opens no conversation
    holder = COMMANDS.get(text.strip().lower())
    if holder is not None:
        return HolderChange(conversation, ts, holder, reading.agent, at)
    return PersonReply(conversation, ts, reading.agent, text, at) if text.strip() else None


def command_in(shortcut: dict[str, Any], holder: str, agent: Agent | None) -> HolderChange | None:
    """Return what a message shortcut asks for; None where no agent uses it. Raises Unreadable."""
    if agent is None:
        return None
    message = shortcut.get("message") or {}
    channel = str((shortcut.get("channel") or {}).get("id") or "")
    root = str(message.get("thread_ts") or message.get("ts") or "")
    used = str(shortcut.get("action_ts") or "")
    return HolderChange(
        conversation_of(channel, root), f"shortcut-{used}", cast("Holder", holder), agent,
        _moment(used),
    )  # fmt: skip


def conversation_of(channel: str, root: str) -> str:
    """Return the name of a thread. Raises Unreadable where it is no thread of Slack's."""
    name = f"{channel}:{root}"
    if not CONVERSATION.fullmatch(name):
        raise Unreadable("The message has no channel and ts of Slack's.")
    return name


def _moment(ts: str) -> datetime:
    try:
        seconds = Decimal(ts)
        return datetime.fromtimestamp(int(seconds), UTC).replace(
            microsecond=int(seconds % 1 * 1_000_000)
        )
    except (InvalidOperation, ValueError, OverflowError, OSError) as problem:
        raise Unreadable("A ts of Slack's cannot be read.") from problem


def _plain(text: str) -> str:
    """Return a text as it was typed: Slack escapes three characters."""
    for escaped, meant in ESCAPES:
        text = text.replace(escaped, meant)
    return text
