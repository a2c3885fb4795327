"""Read Chatwoot's webhooks: of all its events, the three that are ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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
from handrail.app.problems import wrong

HOLDERS: Mapping[str, Holder] = {"open": "people", "pending": "bot", "resolved": "resolved"}
STATUS_EVENTS = {
    "conversation_status_changed", "conversation_opened", "conversation_resolved",
}  # fmt: skip
INCOMING, OUTGOING = (0, "incoming"), (1, "outgoing")
HELD = frozenset({"open", "snoozed"})
PEOPLE = frozenset({"user", "User"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Person(_Part):
    id: int | None = None
    name: str | None = None
    type: str | None = None
    identifier: str | None = None


class _Meta(_Part):
    sender: _Person | None = None
    assignee: _Person | None = None
    hmac_verified: bool | None = None


class _Browser(_Part):
    browser_language: str | None = None


class _Attributes(_Part):
    browser: _Browser | None = None


class _Conversation(_Part):
    id: Annotated[int, Field(ge=1)]
    status: str | None = None
    meta: _Meta = _Meta()
    additional_attributes: _Attributes | None = None
    updated_at: float | str | None = None
    timestamp: float | None = None


class _Account(_Part):
    id: int


class _Message(_Part):
    id: Annotated[int, Field(ge=1)]
    content: str | None = None
    message_type: int | str
    private: bool = False
    created_at: float | str
    sender: _Person | None = None
    conversation: _Conversation
    account: _Account
    attachments: list[Any] | None = None


class _Status(_Conversation):
    account: _Account | None = None
    account_id: int | None = None


def incoming_in(event: Any, account: int) -> Incoming | None:
    """Return what an event means; None for one that is not for us. Raises Unreadable."""
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise Unreadable("The body is no event of Chatwoot's.")
    try:
        if event["event"] == "message_created":
            return _message(_Message.model_validate(event), account)
        if event["event"] in STATUS_EVENTS:
            return _status(_Status.model_validate(event), account)
    except ValidationError as problem:
        raise Unreadable(wrong(problem.errors())) from problem
    return None


def _message(said: _Message, account: int) -> Incoming | None:
    sender, talk = said.sender, said.conversation
    if said.account.id != account or said.private or sender is None or sender.id is None:
        return None
    conversation, at = str(talk.id), _moment(said.created_at)
    if said.message_type in INCOMING:
        browser = talk.additional_attributes and talk.additional_attributes.browser
        contact = talk.meta.sender
        is_theirs = contact is not None and contact.id == sender.id
        who = Who(
            id=str(sender.id),
            name=sender.name,
            customer_id=(contact.identifier if contact and is_theirs else None) or None,
            vouched=is_theirs and talk.meta.hmac_verified is True,
            locale=_locale(browser.browser_language if browser else None),
        )
        files, held = len(said.attachments or []), talk.status in HELD
        return CustomerMessage(
            conversation, f"m{said.id}", who, said.content or "", at, files, said.id, held
        )
    if said.message_type in OUTGOING and sender.type in PEOPLE and said.content:
        agent = Agent(str(sender.id), sender.name or str(sender.id))
        return PersonReply(conversation, f"m{said.id}", agent, said.content, at, said.id)
    return None


def _status(talk: _Status, account: int) -> Incoming | None:
    holder = HOLDERS.get(talk.status or "")
    of = talk.account.id if talk.account else talk.account_id
    if holder is None or of not in {None, account}:
        return None
    moment = talk.updated_at or talk.timestamp
    if moment is None:
        raise Unreadable("A change of status says when it was.")
    who = talk.meta.assignee
    agent = Agent(str(who.id), who.name or str(who.id)) if who and who.id else None
    return HolderChange(str(talk.id), f"s{talk.status}-{moment}", holder, agent, _moment(moment), 0)


def _moment(given: float | str) -> datetime:
    try:
        if isinstance(given, str):
            read = datetime.fromisoformat(given.replace(" UTC", "+00:00"))
            return read if read.tzinfo else read.replace(tzinfo=UTC)
        return datetime.fromtimestamp(given, UTC)
    except (ValueError, OverflowError, OSError) as problem:
        raise Unreadable("A moment cannot be read.") from problem


def _locale(given: str | None) -> str | None:
    """Return a language code that the browser named, where it is one."""
    parts = (given or "").replace("_", "-").split("-")
    is_code = all(part.isascii() and part.isalnum() for part in parts)
    return "-".join(parts) if is_code and parts[0].isalpha() and len(parts[0]) in {2, 3} else None
