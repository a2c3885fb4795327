"""How a guard judges: a lexicon with its excuses, and a trained head, over windows of the text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from handrail.graph.services import Services
from handrail.graph.state import Signal
from handrail.models.plan import WINDOWS, cleaned_windows, few_sentences
from handrail.models.text import clean, sentences

T = TypeVar("T")
LONG = 1000  # characters
ALONE = 0.75  # how much a sentence counts by itself
QUOTED = 160  # characters of a sentence shown as what made a guard fire


def head_score(guard: str, said: str, house: Services) -> float:
    """Return the head's highest probability over the windows of a message, in [0, 1].

    Where there are a few sentences, each is read by itself as well, for one may want what the
    others do not: "What does it cost? And I want a person." It counts less, without its context.
    """
    if guard not in house.heads.guards or not said:
        return 0.0
    parts = cleaned_windows(said)
    scores = house.heads.guard(guard, [*parts, *few_sentences(said)], house.encoder.embed)
    scores[len(parts) :] *= ALONE
    return float(np.max(scores))


def telling(guard: str, said: str, house: Services) -> str:
    """Return the sentence of a message that the head finds most telling, shortened."""
    parts = [clean(part) for part in sentences(said)][:WINDOWS]
    if len(parts) > 1:
        scores = house.heads.guard(guard, parts, house.encoder.embed)
        return parts[int(np.argmax(scores))][:QUOTED]
    return clean(said)[:QUOTED]


async def judge(
    guard: str, said: str, house: Services, threshold: float, *, doubt: float = 0.0
) -> Signal:
    """Fire where the lexicon finds words that nothing excuses, or the head is sure enough.

    Where the head's score is below `doubt`, only a company's own words count: "the tribunal episode
    is missing" is no threat.
    """
    text, lexicon = clean(said), house.lexicons[guard]
    score = await _aside(said, head_score, guard, said, house)
    words = lexicon.find_own(text) or (lexicon.find(text) if score >= doubt else [])
    if words:
        return Signal(fired=True, score=max(score, threshold), words=words[:5], rule="lexicon")
    if score < threshold:
        return Signal(fired=False, score=score, words=[], rule="head")
    said_so = await _aside(said, telling, guard, said, house)
    return Signal(fired=True, score=score, words=[said_so], rule="head")


async def _aside(said: str, work: Callable[..., T], *args: Any) -> T:
    """Do the work here, or in a thread where a message costs more than a step of the event loop."""
    return await asyncio.to_thread(work, *args) if len(said) > LONG else work(*args)
