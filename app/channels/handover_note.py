"""A handoff packet in a few lines, for agents who read it in their own product. Plain English."""

from __future__ import annotations

from handrail.store.handoffs.protocol import HandoffPacket

LONGEST_DRAFT = 1500


def handover_note(packet: HandoffPacket, desk_url: str | None) -> str:
    """Return what an agent needs to know first; the conversation itself stands above it."""
    reasons = ", ".join(_one_line(reason["reason"]) for reason in packet["reasons"])
    where = f"{_one_line(packet['queue'])} ({_one_line(packet['priority'])})"
    lines = [
        f"Handed over by the assistant: {reasons}",
        f"Queue: {where}, answer due by {packet['due_at']}",
        f"Summary: {_one_line(packet['summary'])}",
    ]
    if packet["confidence"] is not None:
        lines.append(f"Confidence of the assistant: {packet['confidence']:.2f}")
    if packet["customer_id"]:
        lines.append(f"Customer: {_one_line(packet['customer_id'])}")
    if packet["draft"]:
        draft = _one_line(packet["draft"])[:LONGEST_DRAFT]
        lines.append(f"Draft, NOT SENT and not checked: {draft}")
    if desk_url:
        lines.append(f"Desk: {desk_url}")
    return "\n".join(lines)


def _one_line(text: str) -> str:
    """Return a text that cannot begin a line of its own among ours."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
