"""sentiment: anger at us, not sad circumstances and not swearing for joy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.context import Context
from handrail.graph.conversation import last_said
from handrail.graph.guards.judging import judge
from handrail.graph.services import LazyServices, Services
from handrail.graph.state import Signal, State
from handrail.models.lexicon import Lexicon, read_lexicon
from handrail.models.text import clean, windows

AGAIN = 2
SAME_WORDS = 0.8  # cosine between two messages that ask one thing
SAME_SUBJECT = 0.4  # enough where the customer says that it was said before
SHORTEST = 3  # words; "yes" and "thank you" may come any number of times
LOOK_BACK = 8


async def sentiment(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Fire on anger, contempt and bitter disappointment aimed at the company.

    Someone who asks the same thing a third time was not helped twice: that counts as well.
    """
    house = await services.get()
    said = state.get("said", "")
    threshold = house.policy.thresholds.sentiment
    signal = await judge("sentiment", said, house, threshold)
    if not signal["fired"] and asked_again(last_said(state["messages"], LOOK_BACK), house) >= AGAIN:
        words = [said[:80]]
        signal = Signal(
            fired=True, score=max(signal["score"], threshold), words=words, rule="repeated"
        )
    return {"signals": {"sentiment": signal}}


def asked_again(texts: Sequence[str], house: Services) -> int:
    """Return how many earlier texts of the customer ask what the last one asks."""
    said = [clean(windows(text)[0]) for text in texts]
    if len(said) <= AGAIN or len(said[-1].split()) < SHORTEST:
        return 0
    earlier = [text for text in said[:-1] if len(text.split()) >= SHORTEST]
    if len(earlier) < AGAIN:
        return 0
    vectors = house.encoder.embed([*earlier, said[-1]])
    alike = SAME_SUBJECT if _repeated().find(said[-1]) else SAME_WORDS
    return int((vectors[:-1] @ vectors[-1] >= alike).sum())


@lru_cache(maxsize=1)
def _repeated() -> Lexicon:
    return read_lexicon("repeated")
