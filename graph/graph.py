"""The drawing: every node, then every edge from top to bottom. Nothing else lives here.

START -> intake -> hold | take_back | desk | six guards side by side -> triage -> answer -> assess
      -> reply | escalate -> END

hold, take_back and desk lead to approve where an approval waits.
"""

from __future__ import annotations

from typing import get_type_hints

from langgraph.graph import END, START, StateGraph
from langgraph.types import Checkpointer

from handrail.graph.answer import answer
from handrail.graph.approve import approve
from handrail.graph.assess import assess
from handrail.graph.compiled import SupportGraph
from handrail.graph.context import Context
from handrail.graph.desk import desk
from handrail.graph.escalate import escalate
from handrail.graph.failure import PATIENT, RETRY, failed
from handrail.graph.forking import forked
from handrail.graph.guards import GUARDS
from handrail.graph.hold import hold
from handrail.graph.intake import intake
from handrail.graph.node_span import in_span, serving
from handrail.graph.reply import reply
from handrail.graph.routes import after_assess, after_intake, after_person, after_triage
from handrail.graph.services import LazyServices
from handrail.graph.shared import shared_services
from handrail.graph.state import InputState, OutputState, State
from handrail.graph.take_back import take_back
from handrail.graph.tracing import hide_in_traces
from handrail.graph.triage import triage
from handrail.graph.turns import shared_turns

ANSWER_SECONDS = 120  # more than policy lets models of others take, and the embedded one after them
OPENING_SECONDS = 300  # the first turn may have to train the heads and fill the help centre
# What streams and state reads show: never the draft, nor what the desk is told by an event.
PUBLIC = [name for name in get_type_hints(OutputState) if name != "event"]


def build_graph(
    services: LazyServices | None = None,
    *,
    checkpointer: Checkpointer = None,
    input_schema: type[InputState] = InputState,
) -> SupportGraph[State, Context, InputState, OutputState]:
    """Build the support graph.

    Library users give a `checkpointer` of theirs, so that a conversation lasts over turns; a
    server brings its own. `services` default to what the environment says, opened at first use
    and shared with the routes of the same process; a server has one run at a time on each thread.
    """
    turns = shared_turns() if services is None else None
    services = services or shared_services()
    hide_in_traces(services)
    builder = StateGraph(
        State, context_schema=Context, input_schema=input_schema, output_schema=OutputState
    )
    builder.set_node_defaults(retry_policy=RETRY, error_handler=in_span(failed, name="failed"))

    builder.add_node("intake", serving(intake, services, name="intake", seconds=OPENING_SECONDS))
    builder.add_node("hold", serving(hold, services, name="hold"))
    builder.add_node("take_back", serving(take_back, services, name="take_back"))
    builder.add_node("desk", serving(desk, services, name="desk"))
    builder.add_node("approve", serving(approve, services, name="approve"))
    for name, guard in GUARDS.items():
        builder.add_node(name, serving(guard, services, name=name))
    builder.add_node("triage", serving(triage, services, name="triage"))
    builder.add_node("answer", serving(answer, services, name="answer", seconds=ANSWER_SECONDS))
    builder.add_node("assess", serving(assess, services, name="assess"))
    builder.add_node("reply", serving(reply, services, name="reply"))
    builder.add_node("escalate", serving(escalate, services, name="escalate"), retry_policy=PATIENT)

    builder.add_edge(START, "intake")
    builder.add_conditional_edges(
        "intake",
        forked(after_intake),
        ["hold", "take_back", "desk", "approve", "escalate", END, *GUARDS],
    )
    builder.add_edge(list(GUARDS), "triage")
    builder.add_conditional_edges("triage", forked(after_triage))
    builder.add_edge("answer", "assess")
    builder.add_conditional_edges("assess", forked(after_assess))
    for persons in ("hold", "take_back", "desk", "approve"):
        builder.add_conditional_edges(persons, forked(after_person))
    builder.add_edge("reply", END)
    builder.add_edge("escalate", END)
    compiled = SupportGraph.of(builder.compile(checkpointer=checkpointer, name="support"), turns)
    compiled.stream_channels = PUBLIC
    return compiled


graph = build_graph()
