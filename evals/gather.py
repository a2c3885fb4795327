"""Gather the facts of insights from the stores: the audit trail, handoffs, ratings and reviews.

An episode begins with a turn of the customer, and the audit row of that turn says on which topic
and channel. Who resolved it stands with the ratings, and nowhere else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from handrail.evals.facts import EpisodeFact, HandoffFact, ReviewFact, TurnFact, moment
from handrail.evals.insights import Insights, insights
from handrail.evals.quality import Bars
from handrail.graph.clock import now as the_time
from handrail.graph.packet import key_of
from handrail.graph.services import Records
from handrail.graph.standing import reasons_in
from handrail.store.audit.protocol import Turns
from handrail.store.csat.protocol import Csat, Surveyed
from handrail.store.handoffs.protocol import Standing
from handrail.store.reviews.protocol import Review

PAGE = 2000
OUTCOMES = frozenset({"reply", "escalate", "hold"})  # what a turn of the customer comes to
OUTCOME: dict[str, Literal["answered", "handed_over"]] = {
    "reply": "answered", "escalate": "handed_over",
}  # fmt: skip
SMALLTALK = "smalltalk"
UNKNOWN = "unknown"
Facts = tuple[list[EpisodeFact], list[HandoffFact], list[ReviewFact]]


@dataclass
class _Stretch:
    """What is known of one episode while the stores are read."""

    thread_id: str
    episode: int
    began_at: str = ""
    last_at: str = ""
    topics: dict[str, None] = field(default_factory=dict)
    channel: str | None = None
    handed_over: bool = False
    surveyed: Surveyed | None = None

    def saw(self, at: str) -> None:
        """Widen the stretch to a moment. Moments of the stores sort as text."""
        self.began_at = min(self.began_at or at, at)
        self.last_at = max(self.last_at, at)


async def insights_now(
    records: Records,
    since: str | None = None,
    until: str | None = None,
    *,
    channel: str | None = None,
    now: datetime | None = None,
) -> Insights:
    """Return what the stores show of [since, until) as of now, by the bars of the policy.

    With a `channel` it is of the episodes that began on it.

    `since` and `until` are ISO 8601 dates or times, in UTC without a zone. Raises StoreDown.
    """
    episodes, handoffs, reviews = await gather(records)
    return insights(
        episodes, handoffs, reviews, Bars.of(records.policy.quality), now or the_time(),
        minimum_ratings=records.policy.survey.minimum_ratings,
        turns=await decided_turns(records), threshold=records.policy.thresholds.confidence,
        since=since, until=until, channel=channel,
    )  # fmt: skip


async def gather(records: Records, since: str | None = None, until: str | None = None) -> Facts:
    """Return the episodes that began in [since, until), with their handoffs and reviews.

    Without a period these are the facts of the whole time, as `insights` wants them.
    """
    standings = await records.handoffs.list()
    reviewed = await records.reviews.list()
    found: dict[str, _Stretch] = {}
    for turns in sorted(await records.audit.turns(OUTCOMES, "ai"), key=lambda t: t.began_at):
        _add_turns(_at(found, turns.thread_id, turns.episode), turns)
    for standing in standings:
        _add_handoff(_at(found, standing["thread_id"], standing["episode"]), standing)
    async for row in _resolved(records.csat):
        thread, _, episode = row.key.rpartition(":")
        _add_resolution(_at(found, thread, int(episode)), row)
    episodes = [_fact(stretch) for stretch in found.values() if _is_request(stretch)]
    within = [fact for fact in episodes if _is_within(fact.began_at, since, until)]
    keys = {fact.key for fact in within}
    handoffs = [_handoff(standing) for standing in standings if standing["key"] in keys]
    return within, handoffs, [fact for fact in _reviews(reviewed) if fact.key in keys]


async def decided_turns(records: Records) -> list[TurnFact]:
    """Return every turn that the AI answered or handed over, with its confidence."""
    return [
        TurnFact(key_of(turn.thread_id, turn.episode), OUTCOME[turn.action], turn.confidence)
        for turn in await records.audit.decided(set(OUTCOME), "ai")
    ]


async def _resolved(csat: Csat) -> AsyncIterator[Surveyed]:
    last: str | None = None
    while True:
        page = await csat.list(after=last, limit=PAGE)
        for row in page:
            yield row
        if len(page) < PAGE:
            return
        last = page[-1].key


def _at(found: dict[str, _Stretch], thread_id: str, episode: int) -> _Stretch:
    return found.setdefault(key_of(thread_id, episode), _Stretch(thread_id, episode))


def _add_turns(stretch: _Stretch, turns: Turns) -> None:
    stretch.saw(turns.began_at)
    stretch.saw(turns.last_at)
    if turns.topic and turns.topic != SMALLTALK:
        stretch.topics[turns.topic] = None
    stretch.channel = stretch.channel or turns.channel


def _add_handoff(stretch: _Stretch, standing: Standing) -> None:
    for at in (standing["created_at"], standing["replied_at"], standing["closed_at"]):
        if at:
            stretch.saw(at)
    stretch.channel = stretch.channel or standing["channel"]
    stretch.handed_over = True


def _add_resolution(stretch: _Stretch, row: Surveyed) -> None:
    if row.at:
        stretch.saw(row.at)
    stretch.channel = stretch.channel or row.channel
    stretch.surveyed = row


def _is_request(stretch: _Stretch) -> bool:
    """Tell whether somebody wanted something: a goodbye after an episode's end begins no other."""
    wanted = bool(stretch.topics) or stretch.handed_over or stretch.surveyed is not None
    return bool(stretch.began_at) and (wanted or stretch.episode == 1)


def _fact(stretch: _Stretch) -> EpisodeFact:
    row = stretch.surveyed
    resolved_at = _resolved_at(row)
    return EpisodeFact(
        key=key_of(stretch.thread_id, stretch.episode),
        thread_id=stretch.thread_id,
        episode=stretch.episode,
        began_at=stretch.began_at,
        last_at=stretch.last_at,
        topics=tuple(stretch.topics),
        channel=stretch.channel or UNKNOWN,
        path=row.path if row and resolved_at else None,
        resolved_at=resolved_at,
        surveyed=resolved_at is not None,
        rating=row.rating if row else None,
    )


def _resolved_at(row: Surveyed | None) -> str | None:
    """Return when somebody is known to have resolved it: a row that names nobody proves nothing."""
    return row.at if row and row.by else None


def _handoff(standing: Standing) -> HandoffFact:
    return HandoffFact(
        key=standing["key"],
        reasons=tuple(reasons_in(standing)),
        queue=standing["queue"],
        opened_at=standing["created_at"],
        due_at=standing["due_at"],
        replied_at=standing["replied_at"],
        status=standing["status"],
        false_handoff=standing["false_handoff"],
    )


def _reviews(reviewed: Sequence[Review]) -> list[ReviewFact]:
    """Return the latest verdict of each reviewer; what nobody has judged yet is no fact."""
    return [
        ReviewFact(verdict.key, verdict.finding)
        for review in reviewed
        for verdict in review.verdicts
    ]


def _is_within(at: str, since: str | None, until: str | None) -> bool:
    began = moment(at)
    early = since is not None and began < moment(since)
    return not early and (until is None or began < moment(until))
