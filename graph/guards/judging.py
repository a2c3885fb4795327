"""How a guard judges: a lexicon with its excuses, and a trained head, over windows of the text."""

from __future__ import annotations

import asyncio

import numpy as np

from handrail.graph.services import Services
from handrail.graph.state import Signal
from handrail.models.text import clean, windows

WINDOWS = 40
NEARLY = 0.75  # of the threshold: how sure the head must be for a hint to count


def head_score(guard: str, said: str, house: Services) -> float:
    """Return the head's highest probability over the windows of a message, in [0, 1]."""
    if guard not in house.heads.guards or not said:
        return 0.0
    parts = [clean(part) for part in windows(said)][:WINDOWS]
    return float(np.max(house.heads.guard(guard, house.encoder.embed(parts))))


async def judge(guard: str, said: str, house: Services, threshold: float) -> Signal:
    """Fire where the lexicon finds words that nothing excuses, or the head is sure enough.

    Words that only hint count where the head is nearly convinced.
    """
    text = clean(said)
    words = house.lexicons[guard].find(text)
    score = (
        await asyncio.to_thread(head_score, guard, said, house)
        if _is_long(said)
        else head_score(guard, said, house)
    )
    if words:
        return Signal(fired=True, score=max(score, threshold), words=words[:5], rule="lexicon")
    hints = house.lexicons[guard].find_hints(text) if score >= threshold * NEARLY else []
    if hints:
        return Signal(fired=True, score=max(score, threshold), words=hints[:5], rule="hint")
    return Signal(fired=score >= threshold, score=score, words=[], rule="head")


def _is_long(said: str) -> bool:
    """Tell whether a message costs more than one step of the event loop should take."""
    return len(said) > 1000  # noqa: PLR2004
