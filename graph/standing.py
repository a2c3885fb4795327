"""Mirror in the conversation's state what the store says of its handoff.

The store decides who owns a conversation that was handed over. Where a process ended between the
store's write and the conversation's, the next run makes up for it here.
"""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage, AnyMessage
from langchain_core.runnables import RunnableConfig

from handrail.graph.conversation import MARK, mark_of
from handrail.graph.packet import key_of
from handrail.graph.recording import NO_THREAD, thread_of
from handrail.graph.services import Services
from handrail.graph.state import Handoff, State
from handrail.store.csat.protocol import Resolution, ResolutionPath
from handrail.store.handoffs.protocol import Standing

NEVER_AI_ONLY = frozenset({"legal", "vip"})


async def standing_now(house: Services, state: State, config: RunnableConfig) -> Standing | None:
    """Return how this episode's handoff stands by the store; None where there is none.

    A run without a thread has no yesterday, so nothing of it can have been cut short.
    """
    thread = thread_of(config)
    if thread == NO_THREAD:
        return None
    return await house.handoffs.standing(key_of(thread, state.get("episode", 1)))


def unheard(state: State) -> list[AnyMessage]:
    """Return the messages that no turn has dealt with yet."""
    return state.get("messages", [])[state.get("heard", 0) :]


def mirror(state: State, standing: Standing) -> dict[str, Any]:
    """Return what has to change in the state; nothing where it says the same already."""
    ahead = standing["episode"] - state.get("episode", 1)
    if ahead < 0 or (ahead == 0 and state.get("owner") == "closed"):
        return {}
    if standing["closed_at"] is None:
        return with_a_person(standing)
    status = standing["status"]
    over = {"claimed_by": None, "questions": 0, "noted_at": None, "messages": [end_of(standing)]}
    if status == "handed_back":
        return {**over, "owner": "ai", "handoff": None, "episode": standing["episode"] + 1}
    found: dict[str, Any] = {"at": standing["closed_at"], "by": standing["owner"]}
    found["path"] = path_of(state, standing["episode"]) if status == "resolved" else None
    return {
        **over, "owner": "closed", "episode": standing["episode"], "resolution": found,
        "handoff": handoff_of(standing),
    }  # fmt: skip


def next_episode(state: State) -> dict[str, Any]:
    """Return the facts of an episode that begins, owned by the AI."""
    return {
        "owner": "ai", "episode": state.get("episode", 1) + 1, "handoff": None,
        "claimed_by": None, "resolution": None, "questions": 0,
    }  # fmt: skip


def with_a_person(standing: Standing) -> dict[str, Any]:
    """Return what the state says while a person owns the conversation, or it waits for one."""
    claimed_by = standing["owner"] if standing["status"] == "claimed" else None
    return {
        "owner": "human", "episode": standing["episode"], "handoff": handoff_of(standing),
        "claimed_by": claimed_by, "resolution": None,
    }  # fmt: skip


def may_be_taken_back(state: State) -> bool:
    """Tell whether the customer may have the assistant again, by the state. Pure.

    Not where a person has claimed it already, and never with a legal matter or as a VIP.
    """
    handoff = state.get("handoff")
    if state.get("owner") != "human" or state.get("claimed_by") or not handoff:
        return False
    return not NEVER_AI_ONLY & set(handoff["reasons"])


def handoff_of(standing: Standing) -> Handoff:
    """Return the fact that a conversation was handed over."""
    return Handoff(
        id=standing["id"], reasons=reasons_in(standing), queue=standing["queue"], made=True
    )


def reasons_in(standing: Standing) -> list[str]:
    """Return the names of the reasons, the first one first."""
    return [reason["reason"] for reason in standing["reasons"]]


def end_of(standing: Standing) -> AIMessage:
    """Return the end marker: what was said before it no longer counts for guards, plan, prompt."""
    noted = {
        "author": "human", "by": standing["owner"], "at": standing["closed_at"],
        "ends": standing["status"],
    }  # fmt: skip
    return AIMessage(id=f"end-{standing['id']}", content="", additional_kwargs={MARK: noted})


def resolution_of(standing: Standing, state: State) -> Resolution | None:
    """Return what satisfaction is asked about; None where the episode was not resolved."""
    if standing["status"] != "resolved":
        return None
    return Resolution(
        key=standing["key"],
        path=path_of(state, standing["episode"]),
        by=standing["owner"] or "desk",
        at=standing["closed_at"] or standing["created_at"],
        channel=standing["channel"],
    )


def path_of(state: State, episode: int) -> ResolutionPath:
    """Return who did the resolving: people alone, or people after the AI had answered.

    A greeting or a question of the AI's is no answer.
    """
    notes = [mark_of(message) for message in state.get("messages", [])]
    by_ai = any(
        noted.get("author") == "ai" and noted.get("answers") and noted.get("episode") == episode
        for noted in notes
    )
    return "ai_then_human" if by_ai else "human"
