"""One trace for each turn, however the graph is run, and nothing that anybody wrote in it."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import replace
from functools import cache

import pytest
import structlog
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphInterrupt, GraphRecursionError
from opentelemetry import trace
from opentelemetry.trace import StatusCode, format_trace_id
from structlog.testing import LogCapture

from handrail.evals.walk import Walk
from handrail.graph.compiled import SupportGraph
from handrail.graph.context import Context
from handrail.graph.failure import PATIENT
from handrail.graph.graph import build_graph
from handrail.graph.guards import GUARDS
from handrail.graph.node_span import in_span
from handrail.graph.triage import triage
from handrail.models.spans import Work
from handrail.store.errors import StoreDown
from tests.fake_services import ScriptedModel, cited_answer, fake_services, lazily
from tests.listening import listening_in

SAID = "Is it refunded? Write to ana@example.com"
CONFIG = {"configurable": {"thread_id": "t1"}}
TURN = "invoke_agent handrail"
BEFORE = [("node intake", TURN), *sorted((f"guard {name}", TURN) for name in GUARDS),
          ("node triage", TURN)]  # fmt: skip
ANSWERED = [
    (TURN, None), *BEFORE, ("node answer", TURN),
    ("chat scripted", "node answer"), ("execute_tool search_help_center", "node answer"),
    ("chat scripted", "node answer"), ("gate assess", TURN), ("node reply", TURN),
]  # fmt: skip
GIVEN = {"messages": [HumanMessage(SAID)]}


@pytest.fixture
def heard():
    with listening_in() as heard:
        yield heard


everyday = cache(fake_services)  # its stores keep nothing that the next answer would meet


def built(**outcome):
    script = ScriptedModel(script=cited_answer())
    services = fake_services(**outcome) if outcome else replace(everyday(), model=script)
    return build_graph(lazily(services), checkpointer=InMemorySaver())


def in_order(tree):
    """Put the guards, which run side by side, in order."""
    return [*tree[:2], *sorted(tree[2:8]), *tree[8:]]


def not_current():
    return not trace.get_current_span().get_span_context().is_valid


async def test_an_answer(heard):
    await built().ainvoke(GIVEN, CONFIG, context=Context(channel="email"))
    assert in_order(heard.tree()) == ANSWERED
    assert len({span.context.trace_id for span in heard.spans()}) == 1
    assert dict(heard.named(TURN).attributes) == {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "handrail",
        "gen_ai.provider.name": "handrail",
        "gen_ai.conversation.id": "t1",
        "handrail.actions": ("reply",),
        "handrail.route": "automate",
        "handrail.reasons": (),
        "handrail.topic": "refund_policy",
        "handrail.confidence": 0.95,
        "handrail.policy.version": "default-1",
        "handrail.channel": "email",
        "handrail.owner": "ai",
        "handrail.episode": 1,
    }
    legal, gate = heard.named("guard legal"), heard.named("gate assess")
    assert legal.attributes["handrail.guard.fired"] is False
    assert 0 < legal.attributes["handrail.guard.score"] < 0.01
    assert gate.attributes["handrail.confidence"] == 0.95
    assert gate.attributes["handrail.vetoes"] == ()
    tool = heard.named("execute_tool search_help_center").attributes
    assert tool["gen_ai.operation.name"] == "execute_tool"
    assert "ana@" not in heard.everything()
    assert "refunded" not in heard.everything()
    (point,) = heard.points("handrail.turns")
    assert (point.value, dict(point.attributes)) == (
        1, {"handrail.route": "automate", "handrail.topic": "refund_policy"},
    )  # fmt: skip
    (took,) = heard.points("handrail.turn.duration")
    assert took.count == 1
    assert took.sum > 0


async def test_a_handoff(heard):
    await built(fired=frozenset({"legal", "sentiment"})).ainvoke(GIVEN, CONFIG)
    assert in_order(heard.tree()) == [(TURN, None), *BEFORE, ("node escalate", TURN)]
    turn = heard.named(TURN).attributes
    assert turn["handrail.route"] == "escalate"
    assert turn["handrail.reasons"] == ("legal", "anger")
    assert turn["handrail.owner"] == "human"
    assert heard.named("guard legal").attributes["handrail.guard.fired"] is True
    assert heard.named("guard vip").attributes["handrail.guard.fired"] is False
    (handoff,) = heard.points("handrail.handoffs")
    assert handoff.attributes["handrail.reason"] == "legal"
    assert handoff.attributes["handrail.queue"]
    (point,) = heard.points("handrail.turns")
    assert point.attributes["handrail.reason"] == "legal"


async def test_a_held_message_and_an_act_of_the_desk(heard):
    graph = built(fired=frozenset({"human_request"}))
    await graph.ainvoke(GIVEN, CONFIG)
    await graph.ainvoke({"messages": [HumanMessage("Hello? Hello?", id="2")]}, CONFIG)
    agent = Context(role="agent", actor="ines")
    await graph.ainvoke({"messages": [], "event": {"type": "claim"}}, CONFIG, context=agent)
    handed, held, desk = [span for span in heard.spans() if span.name == TURN]
    assert handed.attributes["handrail.route"] == "escalate"
    assert held.attributes["handrail.route"] == "hold"
    assert desk.attributes["handrail.actions"] == ("claim",)
    assert "handrail.route" not in desk.attributes
    assert len({span.context.trace_id for span in (handed, held, desk)}) == 3
    routes = {point.attributes["handrail.route"] for point in heard.points("handrail.turns")}
    assert routes == {"escalate", "hold", "none"}
    assert sum(point.value for point in heard.points("handrail.handoffs")) == 1


async def test_an_error_in_a_node_and_the_lines_of_the_log(heard):
    captured = LogCapture()
    structlog.reset_defaults()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, captured],
        wrapper_class=structlog.make_filtering_bound_logger(0),
    )
    await built(passages=ValueError(SAID)).ainvoke(GIVEN, CONFIG)
    tree = heard.tree()
    assert tree[-2:] == [("node failed", TURN), ("node escalate", TURN)]
    for name in ("node answer", "execute_tool search_help_center"):
        span = heard.named(name)
        assert span.status.status_code is StatusCode.ERROR
        assert span.attributes["error.type"] == "ValueError"
        (event,) = span.events
        assert event.attributes["exception.type"] == "ValueError"
        assert "raise passages" in event.attributes["exception.stacktrace"]
    turn = heard.named(TURN)
    assert turn.status.status_code is StatusCode.ERROR
    assert turn.attributes["handrail.failed.node"] == "answer"
    assert turn.attributes["handrail.reasons"] == ("error",)
    assert "ana@" not in heard.everything()
    assert [line["event"] for line in captured.entries] == ["node_failed", "escalate"]
    for line, node in zip(captured.entries, ("node failed", "node escalate"), strict=True):
        where = heard.named(node).context
        assert (line["thread"], line["episode"]) == ("t1", 1)
        assert line["trace_id"] == format_trace_id(turn.context.trace_id)
        assert int(line["span_id"], 16) == where.span_id
    assert structlog.contextvars.get_contextvars() == {}


async def test_a_node_that_runs_again_has_a_span_for_each_time(heard):
    class Audit:
        async def record(self, event):
            raise StoreDown("Down", "Mend it.")

    await built(audit=Audit()).ainvoke(GIVEN, CONFIG)
    names = [span.name for span in heard.spans()]
    assert names.count("node reply") == 2
    assert names.count("node escalate") == PATIENT.max_attempts
    assert "handrail.route" not in heard.named(TURN).attributes
    assert heard.named(TURN).attributes["handrail.failed.node"] == "escalate"


async def test_a_run_that_ends_by_an_error_ends_its_span(heard):
    with pytest.raises(GraphRecursionError):
        await built().ainvoke(GIVEN, {**CONFIG, "recursion_limit": 2})
    assert heard.named(TURN).attributes["error.type"] == "GraphRecursionError"
    assert heard.named(TURN).status.status_code is StatusCode.ERROR
    assert "ana@" not in heard.everything()
    assert not_current()


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_a_stream_is_the_same_trace(heard, version):
    modes = ["updates", "custom"]
    async for _ in built().astream(GIVEN, CONFIG, stream_mode=modes, version=version):
        assert not_current()
    assert in_order(heard.tree()) == ANSWERED


async def test_a_stream_of_events_is_the_same_trace(heard):
    async for _ in built().astream_events(GIVEN, CONFIG, version="v2"):
        assert not_current()
    assert in_order(heard.tree()) == ANSWERED


async def test_a_copy_as_servers_make_one_is_the_same(heard):
    copied = built().copy({"checkpointer": InMemorySaver()}).with_config(tags=["served"])
    assert isinstance(copied, SupportGraph)
    await copied.ainvoke(GIVEN, CONFIG)
    assert in_order(heard.tree()) == ANSWERED


async def test_a_reader_who_leaves_ends_the_turn(heard):
    stream = built().astream(GIVEN, CONFIG, stream_mode="updates")
    await anext(stream)
    assert not_current()
    await stream.aclose()
    turn = heard.named(TURN)
    assert turn.status.status_code is StatusCode.UNSET
    assert all(span.end_time <= turn.end_time for span in heard.spans())


async def test_a_turn_is_part_of_the_trace_that_its_caller_has(heard):
    with Work("the caller's", {}) as outer:
        await built().ainvoke(GIVEN, CONFIG)
    assert heard.named(TURN).parent.span_id == outer.span.context.span_id


async def test_two_turns_side_by_side_do_not_mix(heard):
    graph = built(script=list)  # no answer: each goes to a person
    threads = [{"configurable": {"thread_id": name}} for name in ("a", "b")]
    await asyncio.gather(*(graph.ainvoke(GIVEN, config) for config in threads))
    turns = [span for span in heard.spans() if span.name == TURN]
    assert {turn.attributes["gen_ai.conversation.id"] for turn in turns} == {"a", "b"}
    for turn in turns:
        children = [s for s in heard.spans() if s.context.trace_id == turn.context.trace_id]
        assert {"node answer", "gate assess"} & {child.name for child in children}
        assert sum(child.name == "node intake" for child in children) == 1


async def test_a_thread_that_is_an_address_is_redacted(heard):
    config = {"configurable": {"thread_id": "chat-ana@example.com"}}
    await built().ainvoke(GIVEN, config)
    assert "ana@" not in heard.everything()
    assert "[e-mail]" in heard.named(TURN).attributes["gen_ai.conversation.id"]


async def test_nothing_of_it_is_kept_with_the_conversation(heard):
    graph = built()
    saver = graph.checkpointer
    async for mode, chunk in graph.astream(GIVEN, CONFIG, stream_mode=["debug", "checkpoints"]):
        assert "Turn(" not in repr(chunk), mode
    async for kept in saver.alist(CONFIG):
        assert set(kept.metadata) == {"source", "step", "parents"}
        assert "Turn(" not in repr(kept)


async def test_nodes_without_the_engine_have_no_span(heard):
    walk = Walk(built())
    given = {"messages": [HumanMessage(SAID)], "heard": 0}
    state = await walk.run(given, Context(), CONFIG)
    assert state["owner"] == "ai"
    assert not [name for name, _ in heard.tree() if name.startswith(("node", "guard", "gate"))]
    assert heard.points("handrail.turns") == []


def test_a_node_keeps_its_signature():
    assert list(inspect.signature(in_span(triage, name="triage")).parameters) == [
        "state", "runtime", "config", "services",
    ]  # fmt: skip


def test_an_approval_that_waits_is_no_error(heard):
    with pytest.raises(GraphInterrupt), Work("approve", {}, expected=(GraphInterrupt,)):
        raise GraphInterrupt
    assert heard.named("approve").status.status_code is StatusCode.UNSET
