"""Handoffs: a conversation and all that a person needs to go on with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from typing_extensions import TypedDict

from handrail.store.handoffs.ownership import Act, Status


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


class Note(TypedDict):
    """What one agent wrote for the others; no customer sees it."""

    id: str
    by: str
    text: str
    at: str


class Standing(TypedDict):
    """How a handoff stands, without the conversation. Times are ISO 8601 in UTC.

    `key` is "thread:episode". `owner` is who claimed it, or who it waits for. `replied_at` is the
    first reply of a person; `waiting_since` is None while the customer waits for nobody, and
    `unowned_since` while somebody has it, or nobody needs to.
    `false_handoff` is an agent's mark that no person was needed, None without a mark.
    """

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
    claimed_at: str | None
    replied_at: str | None
    waiting_since: str | None
    unowned_since: str | None
    closed_at: str | None
    false_handoff: bool | None
    customer_id: str | None
    channel: str
    language: str
    confidence: float | None
    policy_version: str
    summary: str


class HandoffPacket(Standing):
    """One handoff with all that a person needs, as plain JSON values."""

    transcript: list[Entry]
    notes: list[Note]
    tool_trace: list[dict[str, Any]]
    draft: str | None
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One act on a handoff. The same `event_id` is carried out once, however often it comes.

    `queue` and `owner` are where a transfer goes; `due_at` is by when, in a new queue;
    `text` is a note; `false_handoff` is a mark. An escalation adds `reasons`, and may raise the
    `priority`; where nobody has claimed it, it may move it to a `queue`.
    """

    event_id: str
    act: Act
    actor: str
    at: str
    queue: str | None = None
    owner: str | None = None
    due_at: str | None = None
    text: str | None = None
    false_handoff: bool | None = None
    reasons: tuple[Reason, ...] = ()
    priority: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How a handoff stands after a step; `problem` says why the step changed nothing."""

    standing: Standing
    problem: str | None = None
    repeated: bool = False


@dataclass(frozen=True)
class Wanted:
    """Which handoffs to list; None takes any.

    `overdue_at` takes those that nobody has replied to and that were due before that moment.
    `finished` takes those that are over, and lists them by when they ended, the last one first.
    `after` is the id of the last one of the page before.
    """

    status: Status | None = None
    queue: str | None = None
    reason: str | None = None
    priority: str | None = None
    owner: str | None = None
    customer: str | None = None
    overdue_at: str | None = None
    unfinished: bool = False
    finished: bool = False
    since: str | None = None
    after: str | None = None
    limit: int | None = field(default=None)


class Handoffs(Protocol):
    """Keep handoffs and their transcripts. Every method raises StoreDown.

    This store decides who owns a conversation that was handed over: the conversation's state
    mirrors it. What people are to be told of it is kept with it (store/handoffs/telling.py).
    """

    async def open(self, packet: HandoffPacket) -> tuple[Standing, bool]:
        """Keep a packet, once for each key.

        Returns how the kept packet stands, and whether it is this one: a second call with the
        same key changes nothing, and gets the first packet as it is by now, and False.
        """
        ...

    async def append(self, handoff_id: str, entries: Sequence[Entry]) -> None:
        """Add messages to the transcript, each message id once. Raises UnknownHandoff."""
        ...

    async def act(self, handoff_id: str, step: Step) -> Outcome:
        """Carry out a step, or say why not; two at once take turns. Raises UnknownHandoff."""
        ...

    async def done(self, event_id: str) -> Standing | None:
        """Return how the handoff stands that this event was carried out on; None if it was not."""
        ...

    async def standing(self, key: str) -> Standing | None:
        """Return how the handoff of "thread:episode" stands, None where there is none."""
        ...

    async def get(self, handoff_id: str, entries: int | None = None) -> HandoffPacket | None:
        """Return a packet with its transcript, None where there is no such id.

        With `entries`, only so many of its messages, the first ones.
        """
        ...

    async def transcript(self, handoff_id: str, after: int = 0, limit: int = 50) -> Sequence[Entry]:
        """Return at most `limit` messages after the first `after`, oldest first.

        Raises UnknownHandoff.
        """
        ...

    async def list(self, wanted: Wanted | None = None) -> Sequence[Standing]:
        """Return how the wanted handoffs stand, due first first; of equals who came first.

        Where only `finished` ones are wanted, those that ended last come first.
        """
        ...
