"""Who a customer has proved to be by a one-time code, where the host does not vouch for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from langchain_core.messages import AnyMessage, HumanMessage, RemoveMessage
from langgraph.graph.message import REMOVE_ALL_MESSAGES

from handrail.graph.context import Context
from handrail.graph.conversation import mark_of, text_of
from handrail.graph.services import Services
from handrail.graph.state import State
from handrail.tools.asker import CodeState
from handrail.tools.identity.typed import code_in, without_code


async def prove(
    house: Services, context: Context, thread_id: str, messages: Sequence[AnyMessage], said: str
) -> dict[str, Any]:
    """Return `identity` and `code`, and `messages` and `said` anew where a code stood in them.

    A code is taken out of the message that it stands in, right or wrong. Raises StoreDown.
    """
    if context.verified or not _asked_for_code(messages):
        return {}
    found: dict[str, Any] = {"code": "none"}
    code = code_in(said)
    if code and await house.step_up.is_open(thread_id, context.customer_id):
        proof = await house.step_up.prove(thread_id, context.customer_id, code)
        found |= {"code": proof or "wrong", "said": without_code(said)}
        found["messages"] = [RemoveMessage(REMOVE_ALL_MESSAGES), *map(_taken_out, messages)]
    customer_id = await house.step_up.proved(thread_id, context.customer_id)
    if customer_id:
        return {**found, "identity": customer_id}
    return found if code else {**found, "code": "waiting"}


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


def _asked_for_code(messages: Sequence[AnyMessage]) -> bool:
    return any(mark_of(message).get("asked") == "code" for message in messages)


def _taken_out(message: AnyMessage) -> AnyMessage:
    if isinstance(message, HumanMessage) and code_in(text_of(message)):
        return HumanMessage(id=message.id, content=without_code(text_of(message)))
    return message
