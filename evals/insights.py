"""CSAT by resolution path, quality, and deflection, from plain facts. Pure.

Nothing here adds up the paths ai, human and ai_then_human, and nothing may be added that does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from handrail.evals.confidence_spread import ConfidenceSpread, confidence_spread
from handrail.evals.escalations import UNFINISHED, QueueFigure, ReasonCount, by_queue, by_reason
from handrail.evals.facts import (
    EpisodeFact,
    HandoffFact,
    ReviewFact,
    TurnFact,
    each_handoff_once,
    each_once,
    is_mature,
    moment,
    reopened,
)
from handrail.evals.quality import Bars, Deflection, Rate, at_least, at_most, deflection, rate
from handrail.evals.risk_coverage import RiskCoverage, risk_coverage
from handrail.graph.clock import iso
from handrail.graph.policy import Thresholds
from handrail.store.csat.figures import SATISFIED, PathFigure, figure
from handrail.store.csat.protocol import PATHS, ResolutionPath

__all__ = [
    "Bars", "EpisodeFact", "HandoffFact", "Insights", "ReviewFact", "TurnFact", "as_json",
    "insights",
]  # fmt: skip


@dataclass(frozen=True)
class Insights:
    """What a period shows, as of a moment. Episodes belong to the period in which they began.

    `channel` is None where episodes of every channel are looked at; `channels` counts each of them
    either way. In `csat`, the `resolved` of a figure are the resolved episodes that were surveyed.
    `durable` are shares of resolved episodes; `quality` are the rates that deflection depends on.
    """

    as_of: str
    since: str | None
    until: str | None
    channel: str | None
    bars: Bars
    csat: dict[ResolutionPath, PathFigure]
    durable: dict[ResolutionPath, Rate]
    quality: dict[str, Rate]
    escalations: tuple[ReasonCount, ...]
    queues: tuple[QueueFigure, ...]
    channels: dict[str, int]
    deflection: Deflection
    risk_coverage: RiskCoverage
    confidence: ConfidenceSpread


def insights(
    episodes: Iterable[EpisodeFact],
    handoffs: Iterable[HandoffFact],
    reviews: Iterable[ReviewFact],
    bars: Bars,
    now: datetime,
    *,
    minimum_ratings: int,
    turns: Iterable[TurnFact] = (),
    threshold: float = Thresholds().confidence,
    since: str | None = None,
    until: str | None = None,
    channel: str | None = None,
) -> Insights:
    """Return what the facts show of [since, until), an open end where it is None.

    With a `channel` it is of the episodes that began on it.

    Give the facts of the whole time, not only of the period: what was resolved in it may have
    been reopened after it. `now` has a time zone; what began after it is left out. Below
    `minimum_ratings` the CSAT of a path is withheld.
    """

    def within(at: str) -> bool:
        began = moment(at)
        late = until is not None and began >= moment(until)
        return not late and began <= now and (since is None or began >= moment(since))

    known, handed = each_once(episodes), each_handoff_once(handoffs)
    verdicts = list(reviews)
    window = timedelta(days=bars.window_days)
    came_back = reopened(known, handed, window)
    anywhere = [fact for fact in known if within(fact.began_at)]
    began = [fact for fact in anywhere if channel is None or fact.channel == channel]
    on_it = {fact.key for fact in known if fact.channel == channel}
    opened = [f for f in handed if within(f.opened_at) and (channel is None or f.key in on_it)]
    keys, of_ai = {fact.key for fact in began}, _resolved(began, "ai")
    decided = [turn for turn in turns if turn.key in keys]
    mature = [fact for fact in began if is_mature(fact, window, now)]
    by_ai = _resolved(mature, "ai")
    quality = {
        "ai_csat": at_least(bars.csat_ai, _satisfied(_ratings(began, "ai"), bars)),
        "reopened": at_most(bars.reopen_rate, _reopen_rate(by_ai, came_back, bars)),
        "wrong_answers": at_most(bars.wrong_answers, _wrong_answers(of_ai, verdicts, bars)),
        "false_handoffs": at_most(bars.false_handoffs, _false_handoffs(opened, bars)),
    }
    return Insights(
        as_of=iso(now),
        since=since,
        until=until,
        channel=channel,
        bars=bars,
        csat={path: _csat(began, path, minimum_ratings) for path in PATHS},
        durable={path: _durable(_resolved(mature, path), came_back, bars) for path in PATHS},
        quality=quality,
        escalations=by_reason(opened),
        queues=by_queue(opened, now),
        channels=dict(sorted(Counter(fact.channel for fact in anywhere).items())),
        deflection=deflection(len(by_ai - came_back), len(mature), quality),
        risk_coverage=risk_coverage(
            decided,
            [review for review in verdicts if review.key in of_ai],
            threshold=threshold,
            minimum=bars.minimum,
        ),
        confidence=confidence_spread(decided),
    )


def as_json(found: Insights) -> dict[str, Any]:
    """Return insights as plain JSON values; CSAT says `surveyed`, not `resolved`."""
    plain = asdict(found)
    for shown in plain["csat"].values():
        shown["surveyed"] = shown.pop("resolved")
    for name in ("escalations", "queues"):
        plain[name] = list(plain[name])
    for part, name in (
        ("deflection", "withheld"),
        ("risk_coverage", "points"),
        ("confidence", "bins"),
    ):
        plain[part][name] = list(plain[part][name])
    return plain


def _asked(episodes: Sequence[EpisodeFact], path: ResolutionPath) -> list[EpisodeFact]:
    return [fact for fact in episodes if fact.resolved and fact.path == path and fact.surveyed]


def _ratings(episodes: Sequence[EpisodeFact], path: ResolutionPath) -> list[int]:
    # A rating without a survey came from nowhere we know: it would count a self-chosen few.
    return [fact.rating for fact in _asked(episodes, path) if fact.rating is not None]


def _csat(episodes: Sequence[EpisodeFact], path: ResolutionPath, minimum: int) -> PathFigure:
    return figure(len(_asked(episodes, path)), _ratings(episodes, path), max(minimum, 1))


def _satisfied(ratings: Sequence[int], bars: Bars) -> Rate:
    happy = sum(1 for rating in ratings if rating >= SATISFIED)
    return rate(happy, len(ratings), bars.minimum, "ratings")


def _resolved(episodes: Sequence[EpisodeFact], path: ResolutionPath) -> set[str]:
    return {fact.key for fact in episodes if fact.resolved and fact.path == path}


def _durable(resolved: set[str], came_back: set[str], bars: Bars) -> Rate:
    return rate(len(resolved - came_back), len(resolved), bars.minimum, _passed(bars))


def _reopen_rate(resolved: set[str], came_back: set[str], bars: Bars) -> Rate:
    return rate(len(resolved & came_back), len(resolved), bars.minimum, f"AI-{_passed(bars)}")


def _passed(bars: Bars) -> str:
    return f"resolved episodes older than {bars.window_days} days"


def _wrong_answers(resolved: set[str], reviews: Iterable[ReviewFact], bars: Bars) -> Rate:
    sampled = [review for review in reviews if review.key in resolved]
    # Where two reviewers differ, the answer counts as wrong.
    wrong = {review.key for review in sampled if review.verdict == "wrong"}
    return rate(len(wrong), len({review.key for review in sampled}), bars.minimum, "reviews")


def _false_handoffs(handoffs: Sequence[HandoffFact], bars: Bars) -> Rate:
    finished = [fact for fact in handoffs if fact.status not in UNFINISHED]
    marks = [fact.false_handoff for fact in finished if fact.false_handoff is not None]
    return rate(sum(marks), len(marks), bars.minimum, "finished handoffs with a mark")
