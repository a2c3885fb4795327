"""Count what was handed to people: for which reasons, and how soon each queue replied. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from handrail.evals.facts import HandoffFact, moment

UNFINISHED = frozenset({"open", "claimed"})
NO_REASON = ("none given",)


@dataclass(frozen=True)
class ReasonCount:
    """How many handoffs had a reason `first`, and how many had it among their reasons."""

    reason: str
    first: int
    mentioned: int


@dataclass(frozen=True)
class QueueFigure:
    """The `n` handoffs of a queue by their first human reply: each is one of the next four.

    `overdue` are those of `waiting` whose time is past; `closed_unanswered` ended without a reply.
    `median_minutes` runs from opening to reply, by the clock on the wall; None without a reply.
    """

    queue: str
    n: int
    in_time: int
    late: int
    waiting: int
    closed_unanswered: int
    overdue: int
    median_minutes: float | None


def by_reason(handoffs: Sequence[HandoffFact]) -> tuple[ReasonCount, ...]:
    """Return the reasons of handoffs, the most frequent first reason first."""
    first = Counter((fact.reasons or NO_REASON)[0] for fact in handoffs)
    mentioned = Counter(r for fact in handoffs for r in set(fact.reasons or NO_REASON))
    ranked = sorted(mentioned, key=lambda reason: (-first[reason], -mentioned[reason], reason))
    return tuple(ReasonCount(reason, first[reason], mentioned[reason]) for reason in ranked)


def by_queue(handoffs: Sequence[HandoffFact], now: datetime) -> tuple[QueueFigure, ...]:
    """Return how each queue answered, in the order of their names."""
    names = sorted({fact.queue for fact in handoffs})
    return tuple(_figure(q, [f for f in handoffs if f.queue == q], now) for q in names)


def _figure(queue: str, handoffs: Sequence[HandoffFact], now: datetime) -> QueueFigure:
    how = Counter(_answered(fact) for fact in handoffs)
    waiting = [fact for fact in handoffs if _answered(fact) == "waiting"]
    # Two clocks may differ by a little: no reply comes before its question.
    minutes = [
        max(0.0, (moment(f.replied_at) - moment(f.opened_at)).total_seconds() / 60)
        for f in handoffs
        if f.replied_at is not None
    ]
    return QueueFigure(
        queue=queue,
        n=len(handoffs),
        in_time=how["in_time"],
        late=how["late"],
        waiting=how["waiting"],
        closed_unanswered=how["closed_unanswered"],
        overdue=sum(1 for fact in waiting if moment(fact.due_at) < now),
        median_minutes=round(median(minutes), 1) if minutes else None,
    )


def _answered(fact: HandoffFact) -> str:
    if fact.replied_at is not None:
        return "in_time" if moment(fact.replied_at) <= moment(fact.due_at) else "late"
    return "waiting" if fact.status in UNFINISHED else "closed_unanswered"
