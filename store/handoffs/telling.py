"""What people are told of a handoff. Pure: each store keeps it in the transaction it is about."""

from __future__ import annotations

from typing import Any

from handrail.store.handoffs.ownership import Act
from handrail.store.handoffs.protocol import Entry, Standing, Step
from handrail.store.notifications.protocol import Kind, Notification

KIND_OF: dict[Act, Kind] = {
    "escalate": "handoff.escalated",
    "claim": "handoff.claimed",
    "transfer": "handoff.transferred",
    "take_back": "handoff.taken_back",
    "hand_back": "handoff.handed_back",
    "resolve": "handoff.resolved",
    "abandon": "handoff.abandoned",
}


def opened(standing: Standing) -> Notification:
    """Tell that a customer needs a person."""
    return told("handoff.opened", standing, standing["created_at"])


def written(standing: Standing, entry: Entry, position: int, at: str) -> Notification | None:
    """Tell that the customer wrote to a handoff that is not over; nothing else of a message.

    `again` says that the customer was waiting for an answer already.
    """
    if entry["role"] != "customer" or standing["closed_at"] is not None:
        return None
    again = standing["waiting_since"] is not None
    facts = {"message_id": entry["id"], "position": position, "again": again}
    return told("handoff.message", standing, entry["at"] or at, which=str(position), **facts)


def done(standing: Standing, step: Step) -> Notification | None:
    """Tell what was done to a handoff, as it stands after the step; None for a private act."""
    kind = KIND_OF.get(step.act)
    if kind is None:
        return None
    return told(kind, standing, step.at, which=step.event_id, by=step.actor)


def told(kind: Kind, standing: Standing, at: str, *, which: str = "", **more: Any) -> Notification:
    """Return a notification about a handoff: how it stands, and none of the customer's words.

    The same kind of the same handoff with the same `which` is the same notification.
    """
    payload = {
        "thread_id": standing["thread_id"],
        "episode": standing["episode"],
        "status": standing["status"],
        "queue": standing["queue"],
        "priority": standing["priority"],
        "reasons": [reason["reason"] for reason in standing["reasons"]],
        "owner": standing["owner"],
        "due_at": standing["due_at"],
        "customer_id": standing["customer_id"],
        "channel": standing["channel"],
        "language": standing["language"],
        **more,
    }
    name = f"{standing['id']}:{kind}:{which}".rstrip(":")
    return Notification(
        id=name, kind=kind, handoff_id=standing["id"], created_at=at, payload=payload
    )
