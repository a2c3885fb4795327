"""Draw the episodes whose answers people review: at random, and the same ones for the same seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from handrail.evals.facts import EpisodeFact, ReviewFact


def waiting(episodes: Iterable[EpisodeFact], reviews: Iterable[ReviewFact]) -> list[EpisodeFact]:
    """Return what the AI is known to have resolved and nobody has reviewed."""
    reviewed = {review.key for review in reviews}
    return [
        fact
        for fact in episodes
        if fact.resolved and fact.path == "ai" and fact.key not in reviewed
    ]


def draw(
    episodes: Sequence[EpisodeFact], size: int, seed: str, *, by_topic: bool = False
) -> list[EpisodeFact]:
    """Return `size` of the episodes, or all where there are fewer, each as likely as any other.

    The same seed ranks an episode the same way whatever stands beside it, so a sample that is
    drawn again holds what was not reviewed yet. `by_topic` gives each topic its share of the
    sample, so that the rate of the sample still stands for the whole.
    """
    ranked = sorted(episodes, key=lambda fact: _rank(seed, fact.key))
    if not by_topic:
        return ranked[:size]
    count = len(ranked)
    size = min(size, count)
    # Sorted by topic, at even steps from a random start: each topic comes up as often as it should.
    ranked.sort(key=lambda fact: fact.topics[:1])
    start = int(_rank(seed, "start")[:8], 16) / 16**8
    return [ranked[int((place + start) * count / size)] for place in range(size)]


def _rank(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest()
