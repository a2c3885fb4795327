"""What insights are made of: episodes, handoffs and reviews as plain facts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from handrail.store.csat.protocol import ResolutionPath
from handrail.store.handoffs.ownership import Status


@dataclass(frozen=True)
class EpisodeFact:
    """One stretch of a conversation; `key` is "thread:episode", times are ISO 8601 in UTC.

    It is resolved where it has a path and a `resolved_at`: for the path "ai" that means verified,
    by the customer's word or by the host. Otherwise it was abandoned, or is still going on.
    """

    key: str
    thread_id: str
    episode: int
    began_at: str
    last_at: str
    topics: tuple[str, ...]
    channel: str
    path: ResolutionPath | None
    resolved_at: str | None
    surveyed: bool
    rating: int | None

    @property
    def resolved(self) -> bool:
        """Tell whether somebody is known to have resolved it."""
        return self.path is not None and self.resolved_at is not None

    @property
    def ended(self) -> datetime:
        """Return when it was resolved, or when something last happened in it."""
        return moment(self.resolved_at if self.resolved and self.resolved_at else self.last_at)


@dataclass(frozen=True)
class HandoffFact:
    """One handoff of the episode `key`. `replied_at` is the first reply of a person."""

    key: str
    reasons: tuple[str, ...]
    queue: str
    opened_at: str
    due_at: str
    replied_at: str | None
    status: Status
    false_handoff: bool | None


@dataclass(frozen=True)
class TurnFact:
    """One turn of the episode `key` that the AI decided; `confidence` is that of its answer.

    It is None where the turn was handed over before an answer was tried.
    """

    key: str
    outcome: Literal["answered", "handed_over"]
    confidence: float | None


@dataclass(frozen=True)
class ReviewFact:
    """What a reviewer found in the answers of one sampled episode."""

    key: str
    verdict: Literal["right", "wrong"]


def moment(text: str) -> datetime:
    """Return an ISO 8601 date or time as a moment; without a zone it is in UTC."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def each_once(episodes: Iterable[EpisodeFact]) -> list[EpisodeFact]:
    """Return one fact for each key: its first resolution, else the latest that is known."""

    def rank(fact: EpisodeFact) -> tuple[bool, float, str]:
        ended = fact.ended.timestamp()
        # The text decides between two equals, so that the order of the facts never does.
        return not fact.resolved, ended if fact.resolved else -ended, repr(fact)

    found: dict[str, EpisodeFact] = {}
    for fact in sorted(episodes, key=rank):
        found.setdefault(fact.key, fact)
    return list(found.values())


def each_handoff_once(handoffs: Iterable[HandoffFact]) -> list[HandoffFact]:
    """Return one handoff for each key, the one opened first."""
    found: dict[str, HandoffFact] = {}
    for fact in sorted(handoffs, key=lambda fact: (moment(fact.opened_at), repr(fact))):
        found.setdefault(fact.key, fact)
    return list(found.values())


def is_mature(fact: EpisodeFact, window: timedelta, now: datetime) -> bool:
    """Tell whether the window after an episode has passed. A window holds its last instant."""
    return now - fact.ended > window


def reopened(
    episodes: Sequence[EpisodeFact], handoffs: Iterable[HandoffFact], window: timedelta
) -> set[str]:
    """Return the keys of the resolved episodes after which the customer came back in the window.

    They came back where a later episode of the thread shares a topic, or ends with a person.
    """
    with_person = {handoff.key for handoff in handoffs if handoff.status != "handed_back"}
    with_person -= {fact.key for fact in episodes if fact.resolved}
    with_person |= {f.key for f in episodes if f.resolved and f.path != "ai"}
    threads: dict[str, list[EpisodeFact]] = {}
    for fact in episodes:
        threads.setdefault(fact.thread_id, []).append(fact)

    def is_return(later: EpisodeFact, first: EpisodeFact) -> bool:
        # Numbers say which came later: clocks of two servers may differ by a little.
        return (
            later.episode > first.episode
            and moment(later.began_at) - first.ended <= window
            and (later.key in with_person or not set(later.topics).isdisjoint(first.topics))
        )

    return {
        first.key
        for thread in threads.values()
        for first in thread
        if first.resolved and any(is_return(later, first) for later in thread)
    }
