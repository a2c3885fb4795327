"""How a guard judges: a lexicon with its excuses, and a trained head, over windows of the text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from handrail.graph.services import Services
from handrail.graph.state import Signal
from handrail.models.text import clean, sentences, windows

T = TypeVar("T")
WINDOWS = 40
LONG = 1000  # characters
QUOTED = 160  # characters of a sentence shown as what made a guard fire
NEARLY = 0.75  # of the threshold: how sure the head must be for a hint to count


def head_score(guard: str, said: str, house: Services) -> float:
    """Return the head's highest probability over the windows of a message, in [0, 1]."""
    if guard not in house.heads.guards or not said:
        return 0.0
    parts = [clean(part) for part in windows(said)][:WINDOWS]
    return float(np.max(house.heads.guard(guard, parts, house.encoder.embed(parts))))


def telling(guard: str, said: str, house: Services) -> str:
    """Return the sentence of a message that the head finds most telling, shortened."""
    parts = [clean(part) for part in sentences(said)][:WINDOWS]
    if len(parts) > 1:
        scores = house.heads.guard(guard, parts, house.encoder.embed(parts))
        return parts[int(np.argmax(scores))][:QUOTED]
    return clean(said)[:QUOTED]


async def judge(guard: str, said: str, house: Services, threshold: float) -> Signal:
    """Fire where the lexicon finds words that nothing excuses, or the head is sure enough.

    Words that only hint count where the head is nearly convinced.
    """
    text = clean(said)
    words = house.lexicons[guard].find(text)
    score = await _aside(said, head_score, guard, said, house)
    if words:
        return Signal(fired=True, score=max(score, threshold), words=words[:5], rule="lexicon")
    hints = house.lexicons[guard].find_hints(text) if score >= threshold * NEARLY else []
    if hints:
        return Signal(fired=True, score=max(score, threshold), words=hints[:5], rule="hint")
    if score < threshold:
        return Signal(fired=False, score=score, words=[], rule="head")
    said_so = await _aside(said, telling, guard, said, house)
    return Signal(fired=True, score=score, words=[said_so], rule="head")


async def _aside(said: str, work: Callable[..., T], *args: Any) -> T:
    """Do the work here, or in a thread where a message costs more than a step of the event loop."""
    return await asyncio.to_thread(work, *args) if len(said) > LONG else work(*args)
