"""Who a customer has proved to be by a one-time code, where the host does not vouch for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from langchain_core.messages import AnyMessage, HumanMessage

from handrail.graph.context import Context
from handrail.graph.conversation import mark_of, text_of
from handrail.graph.services import Services
from handrail.graph.state import CodeFact, State
from handrail.tools.asker import CodeState
from handrail.tools.identity.typed import code_in, seal_in, without_code


async def prove(
    house: Services,
    context: Context,
    thread_id: str,
    state: State,
    new: Sequence[AnyMessage],
) -> tuple[list[AnyMessage], dict[str, Any]]:
    """Return the new messages without a code, and `identity` and `code` as they are now.

    A code is taken out of the message that it stands in, right or wrong. `no_code_until` says how
    far no code was asked for, so that only later messages are looked at. Raises StoreDown.
    """
    if context.verified:
        return list(new), {}
    messages = state["messages"]
    if not asked_for_code(messages[state.get("no_code_until", 0) :]):
        return list(new), {"no_code_until": len(messages) - len(new)}
    kept, typed = [taken_out(message) for message in new], _typed(new)
    code: CodeFact = "waiting"
    if typed and await house.step_up.is_open(thread_id, context.customer_id):
        code = await house.step_up.prove(thread_id, context.customer_id, typed) or "wrong"
    elif typed:
        kept, code = list(new), "none"  # no code of ours: an order number, perhaps
    customer_id = await house.step_up.proved(thread_id, context.customer_id)
    return kept, {"identity": customer_id, "code": "accepted" if customer_id else code}


def proven(context: Context, state: State) -> Context:
    """Return the context with the customer that this conversation has proved to be, if any."""
    customer_id = state.get("identity")
    if context.verified or not customer_id:
        return context
    return replace(context, customer_id=customer_id, verified=True)


def code_state(state: State, *, offered: bool) -> CodeState:
    """Return how a proof by code stands, for the tools. Pure."""
    if not offered:
        return "not_offered"
    found = state.get("code") or "none"
    return "none" if found == "accepted" else found


def asked_for_code(messages: Sequence[AnyMessage]) -> bool:
    """Tell whether a code was asked for in any of these messages."""
    return any(mark_of(message).get("asked") == "code" for message in messages)


def taken_out(message: AnyMessage) -> AnyMessage:
    """Return a message without the code in it; the same object where there is none."""
    if isinstance(message, HumanMessage) and _code_or_seal(text_of(message)):
        return HumanMessage(id=message.id, content=without_code(text_of(message)))
    return message


def _typed(messages: Sequence[AnyMessage]) -> str | None:
    """Return the last code that a customer has typed in these messages."""
    human = (message for message in reversed(messages) if isinstance(message, HumanMessage))
    return next((code for code in map(_code_or_seal, map(text_of, human)) if code), None)


def _code_or_seal(text: str) -> str | None:
    return seal_in(text) or code_in(text)
