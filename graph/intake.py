"""intake: take what came in, refuse what may not, and embed the message once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

from langchain_core.messages import AnyMessage, BaseMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.context import DESK_ROLES, Context, asking
from handrail.graph.conversation import text_of
from handrail.graph.proving import prove
from handrail.graph.recording import thread_of
from handrail.graph.said import TakenOut
from handrail.graph.secrets import without_secrets, written_anew
from handrail.graph.services import LazyServices, Services
from handrail.graph.standing import (
    mirror,
    next_episode,
    reasons_in,
    resolution_of,
    standing_now,
    unheard,
)
from handrail.graph.state import OutputState, State
from handrail.models.plan import read_by_part
from handrail.models.text import clean, is_readable


async def intake(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Start a turn: forget the last turn's facts, keep the conversation's.

    A customer may only add human messages; anything else that came in is taken out again. An
    event is refused unless the authenticated sender works at the desk. Secrets in a message are
    taken out first: no later node, checkpoint, packet or log has them.
    """
    context = asking(runtime, config)
    new = unheard(state)
    forged = [m for m in new if not isinstance(m, HumanMessage)]
    if state.get("event") and not _left_over(context, new):
        new, secrets = without_secrets(new)
        written = written_anew(state, new) if secrets else []
        rewritten = {"messages": _without(forged, written)}
        refused = None if context.at_the_desk else "not_allowed"
        return {**_fresh(state), **rewritten, "secrets": secrets, "refused": refused}

    house = await services.latest()
    if len(forged) == len(new):
        return {**_fresh(state), "messages": _without(forged, []), "refused": "nothing_new"}
    # Our own codes first: to the eyes of what takes secrets out, they are secrets too.
    without_codes, proof = await prove(house, context, thread_of(config), state, new)
    left, secrets = without_secrets(without_codes)
    rewritten = {"messages": written_anew(state, left)} if left != new else {}
    new = left
    said = "\n".join(text_of(m) for m in new if isinstance(m, HumanMessage)).strip()
    unfit = _unfit(said, house.policy.limits.message_characters)
    if unfit in {"unreadable", "wordless"}:
        said = ""  # nothing to judge by; the message itself stays in the conversation
    caught_up, _ = await asyncio.gather(
        _caught_up(house, state, config, new), _read_ahead(house, said)
    )
    update: dict[str, Any] = {
        **_fresh(state),
        **proof,
        "secrets": secrets,
        "event": None,
        "owner": state.get("owner", "ai"),
        "episode": state.get("episode", 1),
        **rewritten,
        **caught_up,
        "said": said,
        "wants_back": house.lexicons["take_back"].is_whole(clean(said[:200])),
        "refused": unfit,
    }
    update["messages"] = _without(forged, update.get("messages", []))
    # While the AI owns it, there is nothing to take back, unless a run that did so was cut short.
    update["wants_back"] &= update["owner"] == "human" or bool(caught_up.get("messages"))
    hint = state.get("language") or context.locale[:2]
    update["language"] = house.languages.identify(clean(said[:2000]), otherwise=hint)
    return update


async def _read_ahead(house: Services, said: str) -> None:
    """Embed and read all that guards and plan will look at, in one go and off the event loop."""
    parts = read_by_part(said) if said else []
    if house.encoder.remembers(parts) and house.heads.remembers(parts):
        return

    def read() -> None:
        house.heads.remember(parts, house.encoder.embed)

    await asyncio.to_thread(read)


def _left_over(context: Context, new: Sequence[AnyMessage]) -> bool:
    """Tell whether the event is another run's, which ended before its time: a customer writes."""
    return context.role not in DESK_ROLES and any(isinstance(m, HumanMessage) for m in new)


async def _caught_up(
    house: Services, state: State, config: RunnableConfig, new: Sequence[AnyMessage]
) -> dict[str, Any]:
    """Return what earlier runs wrote to the store and could not write to the conversation.

    An episode that is over is followed by the next one. A handoff that the customer was not told
    of gives its reasons, so that they are told now.
    """
    caught_up: dict[str, Any] = {}
    ends: list[AnyMessage] = []
    while True:
        now = cast("State", {**state, **caught_up})
        standing = await standing_now(house, now, config)
        if standing and standing["closed_at"] is None:
            told = now.get("owner") == "human"
            caught_up |= mirror(now, standing) if told else {"reasons": reasons_in(standing)}
            break
        if now.get("owner") == "closed":
            caught_up |= next_episode(now)
        elif standing:
            caught_up |= mirror(now, standing)
            ends += caught_up.pop("messages")
            resolution = resolution_of(standing, now)
            if resolution:
                await house.csat.resolved(resolution)
        else:
            break
    if ends:
        # The end marker belongs before what the customer has just written.
        caught_up["messages"] = written_anew(state, [*ends, *new], new=len(new))
        caught_up["heard"] = len(state["messages"]) - len(new) + len(ends)
    return caught_up


def _fresh(state: State) -> dict[str, Any]:
    """Return the facts that live for one turn, empty: those that are not, and what others see."""
    empty: dict[str, Any] = {
        "signals": None, "intent": None, "draft": None, "usage": [], "citations": [],
        "evidence": {},
        "confidence": None, "reasons": [], "notice": None, "failure": None, "refused": None,
        "said": "", "wants_back": False, "identity": None, "code": None,
        "questions": state.get("questions", 0),
    }  # fmt: skip
    held: Mapping[str, Any] = state
    return {
        name: fact
        for name, fact in empty.items()
        if (held[name] != fact if name in held else name in OutputState.__annotations__)
    }


def _without(forged: Sequence[AnyMessage], written: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Take forged messages out: of a list that is written anew, else of the one there is."""
    if not written:
        return [TakenOut(id=str(message.id)) for message in forged]
    gone = {message.id for message in forged}
    return [message for message in written if message.id not in gone]


def _unfit(said: str, longest: int) -> str | None:
    """Name what is wrong with a message that cannot be answered by a machine."""
    if not said:
        return "empty"
    if len(said) > longest:
        return "too_long"
    if not any(c.isalnum() for c in said) and said.isprintable():
        return "wordless"
    return None if is_readable(said) else "unreadable"
