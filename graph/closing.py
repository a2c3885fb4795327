"""Close an episode that the AI alone handled, once it is known to be settled.

By the host's word (`resolve` at the desk), or by the customer's, who thanks after an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AnyMessage
from langchain_core.runnables import RunnableConfig

from handrail.graph.clock import now_iso
from handrail.graph.context import Context
from handrail.graph.conversation import mark_of, since_start, transcript_of
from handrail.graph.packet import key_of
from handrail.graph.recording import NO_THREAD, thread_of
from handrail.graph.services import Services
from handrail.graph.standing import standing_now
from handrail.graph.state import Draft, State
from handrail.models.confirmation import SMALLTALK, confirms
from handrail.store.csat.protocol import Resolution, survey_of
from handrail.store.reviews.protocol import Conversation

SETTLING = frozenset({"found", "accepted"})  # tool outcomes that gave what was asked for
CUSTOMER = "customer"


def survey_in(state: State, thread: str) -> str:
    """Name the survey of the episode that a conversation is in."""
    return survey_of(key_of(thread, state.get("episode", 1)))


async def close_by_ai(
    house: Services, state: State, context: Context, thread: str, *, by: str
) -> dict[str, Any]:
    """Resolve the episode by the path "ai", and return what that changes in the state.

    What was said is kept for wrong-answer audits first, so that no resolved episode is without it.
    Running again changes nothing: both stores keep what came first.
    """
    episode, moment = state.get("episode", 1), now_iso()
    key = key_of(thread, episode)
    conversation = Conversation(
        key=key,
        thread_id=thread,
        customer_id=context.customer_id,
        language=state.get("language", "en"),
        at=moment,
        transcript=tuple(transcript_of(since_start(state.get("messages", []), episode))),
    )
    await house.reviews.keep(conversation)
    await house.csat.resolved(
        Resolution(key=key, path="ai", by=by, at=moment, channel=context.channel)
    )
    resolution = {"path": "ai", "at": moment, "by": by}
    return {"owner": "closed", "resolution": resolution, "questions": 0}


async def is_confirmed(house: Services, state: State, config: RunnableConfig) -> bool:
    """Tell whether the customer's message thanks for an answer of ours, and does nothing else.

    Not where a person has had a part in the episode, nor where the AI's last word is a question.
    """
    draft, said = state.get("draft"), state.get("said", "")
    if not (
        draft
        and draft["topic"] == SMALLTALK
        and not state.get("refused")
        and not state.get("handoff")
        and thread_of(config) != NO_THREAD
        and house.wording.smalltalk(said) == "thanks"
        and is_answered(state.get("messages", []), state.get("episode", 1))
    ):
        return False
    if not await asyncio.to_thread(confirms, said, house.encoder, house.heads):
        return False
    return await standing_now(house, state, config) is None


def answers(draft: Draft) -> bool:
    """Tell whether a draft gives what was asked for: not a question, a courtesy, or a refusal."""
    outcomes = [step["result"].get("outcome", "found") for step in draft["tools"]]
    settled = any(outcome in SETTLING for outcome in outcomes)
    return draft["topic"] != SMALLTALK and not draft["asked"] and settled


def is_answered(messages: Sequence[AnyMessage], episode: int) -> bool:
    """Tell whether the AI's last word of this episode, courtesies aside, is an answer. Pure."""
    for message in reversed(since_start(messages, episode)):
        noted = mark_of(message)
        if noted.get("author") == "human" or noted.get("kind"):
            return False  # a person had a part in it, or the last thing they read was a notice
        if noted.get("topic") and noted["topic"] != SMALLTALK:
            return bool(noted.get("answers"))
    return False
