"""What a step changes in a handoff. Pure, so that every adapter does the same."""

from __future__ import annotations

from typing import Any

from handrail.store.handoffs.ownership import status_after
from handrail.store.handoffs.protocol import Standing, Step, Wanted

PRIORITIES = ("urgent", "high", "normal", "low")


def changed(standing: Standing, step: Step) -> dict[str, Any]:
    """Return the fields that an allowed step sets."""
    fields: dict[str, Any] = {"status": status_after(standing["status"], step.act)}
    if step.act == "claim":
        fields |= {"owner": step.actor, "claimed_at": standing["claimed_at"] or step.at}
        fields["unowned_since"] = None
    elif step.act == "reply":
        fields |= {"replied_at": standing["replied_at"] or step.at, "waiting_since": None}
    elif step.act == "transfer":
        fields |= {
            "owner": step.owner,
            "queue": step.queue or standing["queue"],
            "due_at": step.due_at or standing["due_at"],
            "unowned_since": step.at,
        }
    elif step.act == "escalate":
        known = {reason["reason"] for reason in standing["reasons"]}
        new = [reason for reason in step.reasons if reason["reason"] not in known]
        fields |= {
            "reasons": [*standing["reasons"], *new],
            "priority": min(standing["priority"], step.priority or "low", key=_urgency),
        }
        if standing["status"] == "open" and step.queue:
            fields |= {"queue": step.queue, "due_at": step.due_at or standing["due_at"]}
    elif step.act in {"hand_back", "take_back", "resolve", "abandon"}:
        fields |= {"closed_at": step.at, "waiting_since": None, "unowned_since": None}
    if step.false_handoff is not None:
        fields["false_handoff"] = step.false_handoff
    return fields


def is_wanted(standing: Standing, wanted: Wanted) -> bool:
    """Tell whether a handoff belongs in a list, its page aside."""
    overdue = wanted.overdue_at is None or (
        standing["replied_at"] is None
        and standing["closed_at"] is None
        and standing["due_at"] < wanted.overdue_at
    )
    return (
        overdue
        and wanted.status in {None, standing["status"]}
        and wanted.queue in {None, standing["queue"]}
        and wanted.priority in {None, standing["priority"]}
        and wanted.owner in {None, standing["owner"]}
        and wanted.customer in {None, standing["customer_id"]}
        and (wanted.since is None or standing["created_at"] >= wanted.since)
        and not (wanted.unfinished and standing["closed_at"] is not None)
        and not (wanted.finished and standing["closed_at"] is None)
        and (
            wanted.reason is None
            or any(reason["reason"] == wanted.reason for reason in standing["reasons"])
        )
    )


def _urgency(priority: str) -> int:
    return PRIORITIES.index(priority) if priority in PRIORITIES else len(PRIORITIES)
