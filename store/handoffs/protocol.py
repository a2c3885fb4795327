"""Handoffs: a conversation and all that a person needs to go on with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from typing_extensions import TypedDict

Status = Literal["open", "claimed", "handed_back", "resolved"]


class UnknownHandoff(LookupError):
    """No handoff has this id."""

    def __init__(self, handoff_id: str) -> None:
        super().__init__(handoff_id)
        self.handoff_id = handoff_id

    def __str__(self) -> str:
        return f"No handoff has the id {self.handoff_id!r}; list the handoffs to find its id."


class Reason(TypedDict):
    """Why a person is needed: the reason, how sure a guard was, its words, its rule."""

    reason: str
    score: float | None
    words: list[str]
    rule: str


class Entry(TypedDict):
    """One message of the transcript. `role` is customer, ai or human; `at` is None if unknown."""

    id: str
    role: str
    text: str
    at: str | None


class HandoffPacket(TypedDict):
    """One handoff, as plain JSON values. `key` is "thread:episode"; times are ISO 8601 in UTC."""

    id: str
    key: str
    thread_id: str
    episode: int
    reasons: list[Reason]
    priority: str
    queue: str
    owner: str | None
    status: Status
    created_at: str
    due_at: str
    customer_id: str | None
    language: str
    transcript: list[Entry]
    tool_trace: list[dict[str, Any]]
    draft: str | None
    confidence: float | None
    evidence: dict[str, Any]
    policy_version: str
    summary: str


class Handoffs(Protocol):
    """Keep handoffs and their transcripts. Every method raises StoreDown."""

    async def open(self, packet: HandoffPacket) -> tuple[HandoffPacket, bool]:
        """Keep a packet, once for each key.

        Returns the kept packet, and whether it is this one: a second call with the same key
        changes nothing, and gets the first packet as it is by now, and False.
        """
        ...

    async def append(self, handoff_id: str, entry: Entry) -> None:
        """Add a message to the transcript, once for each message id. Raises UnknownHandoff."""
        ...

    async def get(self, handoff_id: str) -> HandoffPacket | None:
        """Return a packet with its whole transcript, None where there is no such id."""
        ...

    async def mark(self, handoff_id: str, status: Status, owner: str | None) -> None:
        """Set who owns a handoff and how far it is. Raises UnknownHandoff."""
        ...

    async def transcript(self, handoff_id: str, after: int = 0, limit: int = 50) -> Sequence[Entry]:
        """Return at most `limit` messages after the first `after`, oldest first.

        Raises UnknownHandoff.
        """
        ...

    async def list(
        self, status: Status | None = None, queue: str | None = None
    ) -> Sequence[HandoffPacket]:
        """Return the packets with this status in this queue, those due first coming first."""
        ...
