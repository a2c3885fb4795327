"""What happens when a node fails: a person gets the conversation, with the reason."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.errors import NodeError
from langgraph.types import Command, RetryPolicy

from handrail.graph.approval import stands
from handrail.graph.clock import now_iso
from handrail.graph.conversation import MARK
from handrail.graph.proving import asked_for_code, taken_out
from handrail.graph.recording import log
from handrail.graph.secrets import without_secrets, written_anew
from handrail.graph.standing import unheard
from handrail.graph.state import Approval, Failure, State
from handrail.models.redaction import redact
from handrail.models.wording import Wording
from handrail.store.errors import StoreDown
from handrail.store.knowledge.protocol import KnowledgeDown
from handrail.tools.errors import BackendDown


def worth_another_try(error: Exception) -> bool:
    """Tell whether the node may do better now: not where the tool itself tried again already."""
    if isinstance(error, BackendDown):
        return not error.tried
    return isinstance(error, StoreDown | KnowledgeDown)


# LangGraph's default leaves out most errors, so those worth another try are named here.
RETRY = RetryPolicy(max_attempts=2, initial_interval=0.1, retry_on=worth_another_try)
# After `escalate` there is nobody left. So it waits for a database that starts again: 7.5 seconds,
# with a little more by chance, before the customer is told that nobody could be reached.
PATIENT = RETRY._replace(max_attempts=5, initial_interval=0.5, backoff_factor=2.0)


async def failed(
    state: State, error: NodeError
) -> Command[Literal["approve", "escalate", "__end__"]]:
    """Fail closed: hand over with the reason.

    Where `escalate` itself failed there is nobody to hand over to, and the customer is told so;
    a failed event of the desk changes nothing for the customer. An answer to an approval that
    could not be kept is asked for again.
    """
    await log.aerror("node_failed", node=error.node, error=redact(repr(error.error)))
    tried = list(error.error.tried) if isinstance(error.error, BackendDown) else []
    failure = Failure(node=error.node, error=type(error.error).__name__, tried=tried)
    if error.node == "desk":
        return Command(
            update={"event": None, "refused": "error", "failure": failure},
            goto="approve" if stands(state) else "__end__",
        )
    if error.node == "approve":
        approval = state.get("approval")
        if approval is None or not stands(state):
            return Command(update={"failure": failure}, goto="__end__")
        again: Approval = {**approval, "answer": None, "problem": "error"}
        asked = {"approval": again, "refused": "error", "failure": failure}
        return Command(update=asked, goto="approve")
    if error.node == "escalate":
        text = (await asyncio.to_thread(Wording)).say("handoff_failed", state.get("language", "en"))
        told = {**_not_handed_over(state, text), "failure": failure}
        return Command(update=told, goto="__end__")
    update: dict[str, Any] = {"reasons": [*state.get("reasons", []), "error"], "failure": failure}
    if error.node == "intake":  # it could not do that itself
        new: list[AnyMessage] = [m for m in unheard(state) if isinstance(m, HumanMessage)]
        if asked_for_code(state["messages"]):
            new = [taken_out(message) for message in new]
        new, secrets = without_secrets(new)
        if new != unheard(state):
            update |= {
                "messages": written_anew(state, new, len(unheard(state))),
                "secrets": secrets,
            }
    return Command(update=update, goto="escalate")


def _not_handed_over(state: State, text: str) -> dict[str, Any]:
    """Say so: as a message, or as a note while a person owns it; the next turn tries again."""
    if state.get("owner") == "human":
        return {"notice": text, "draft": None}
    noted = {"author": "ai", "kind": "failure", "at": now_iso()}
    return {
        "messages": [AIMessage(content=text, additional_kwargs={MARK: noted})],
        "heard": len(state["messages"]) + 1,
        "draft": None,
    }
