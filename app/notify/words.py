"""Put a notification into words for mails and Slack, from prompts/mails/handoff_notice.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handrail.prompts.load import template
from handrail.store.notifications.protocol import Notification

LONGEST = 500
# What a payload may lack; a notice without it is worth more than none.
UNKNOWN: dict[str, Any] = {
    "queue": "no queue",
    "priority": "no priority",
    "reasons": [],
    "owner": None,
    "due_at": None,
    "customer_id": None,
    "language": None,
    "desk_url": None,
    "errand": None,
    "outcome": None,
    "tried": None,
    "thread_id": None,
}


@dataclass(frozen=True)
class Notice:
    """A notification in words; the subject is one line."""

    subject: str
    body: str


def is_repeated(notification: Notification) -> bool:
    """Tell whether people were told the like already: more words of a customer who waits."""
    return bool(notification.payload.get("again"))


def notice(notification: Notification) -> Notice:
    """Return a notification in plain text; no value of it can begin a line of its own."""
    facts = {name: notification.payload.get(name, less) for name, less in UNKNOWN.items()}
    facts |= {
        "kind": notification.kind,
        "handoff_id": notification.handoff_id,
        "created_at": notification.created_at,
    }
    text = template("mails/handoff_notice").render(
        {name: _plain(fact) for name, fact in facts.items()}
    )
    subject, _, body = text.strip().partition("\n")
    return Notice(subject.strip(), body.strip())


def _plain(fact: Any) -> Any:
    if isinstance(fact, list):
        return [_plain(one) for one in fact]
    if fact is None:
        return None
    shown = "".join(char if char.isprintable() else " " for char in str(fact))
    return " ".join(shown.split())[:LONGEST]
