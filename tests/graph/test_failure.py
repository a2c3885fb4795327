"""What was tried reaches the desk, and a tool that tried again is not run again by its node."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from langchain_core.messages import HumanMessage
from langgraph.errors import NodeError

from handrail.graph.context import Context
from handrail.graph.failure import failed, worth_another_try
from handrail.graph.packet import build_packet
from handrail.graph.policy import Policy
from handrail.store.errors import StoreDown
from handrail.store.knowledge.protocol import KnowledgeDown
from handrail.tools.errors import BackendDown

TRIED = ("look_up_order at the shop: timed out after 3 s, twice",)


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (BackendDown("Down", "Mend it."), True),
        (BackendDown("Down", "Mend it.", TRIED), False),
        (StoreDown("Down", "Mend it."), True),
        (KnowledgeDown("Down", "Mend it."), True),
        (ValueError("wrong"), False),
    ],
)
def test_a_node_runs_again_where_that_may_help(error: Exception, again: bool) -> None:
    assert worth_another_try(error) is again


@pytest.mark.parametrize("tried", [TRIED, ()])
async def test_the_desk_sees_what_was_tried(tried: tuple[str, ...]) -> None:
    error = NodeError(node="answer", error=BackendDown("Down", "Mend it.", tried))
    command = await failed({"messages": [HumanMessage("Where is it?")]}, error)
    assert command.goto == "escalate"
    assert isinstance(command.update, dict)
    failure = {"node": "answer", "error": "BackendDown", "tried": list(tried)}
    assert command.update["failure"] == failure
    state = {"messages": [HumanMessage("Where is it?")], **command.update}
    packet = build_packet(
        state, Context(), Policy(), thread_id="t", now=datetime(2026, 3, 2, 9, tzinfo=UTC)
    )
    assert packet["evidence"]["failure"] == failure
