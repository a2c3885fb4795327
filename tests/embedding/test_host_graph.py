"""Handrail inside a graph of the host's own: as it is, and as a node over other names."""

from typing import Annotated

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Command
from typing_extensions import TypedDict

from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.host_node import NoMemory, host_node, last_said, news
from handrail.graph.unreleased import released
from tests.fake_services import PASSAGE, cited_answer, fake_services, lazily

ALL = ["values", "updates", "messages", "custom", "tasks", "debug", "checkpoints"]
CONFIG = {"configurable": {"thread_id": "t"}}
REFUND = "How long does a refund take, please?"
LEGAL = "You will hear from my lawyer"
EXCEPTION = {
    "type": "refund_exception", "order": "10421", "amount_cents": 4000, "currency": "EUR",
    "why": "Late twice",
}  # fmt: skip


class Shop(TypedDict, total=False):
    """A host's state, with other names than ours."""

    chat: Annotated[list[AnyMessage], add_messages]
    desk_event: dict | None
    support: dict


class Same(TypedDict, total=False):
    """A host's state with our names."""

    messages: Annotated[list[AnyMessage], add_messages]
    event: dict | None


def who(state, runtime):
    return runtime.context or Context()


def over_other_names(services):
    graph = build_graph(lazily(services), checkpointer=True)
    host = StateGraph(Shop, context_schema=Context)
    node = host_node(graph, who, messages="chat", event="desk_event", facts="support")
    host.add_node("support", node)
    host.add_edge(START, "support")
    host.add_edge("support", END)
    return host.compile(checkpointer=InMemorySaver()), "chat", "desk_event"


def as_it_is(services):
    host = StateGraph(Same, context_schema=Context)
    host.add_node("support", build_graph(lazily(services), checkpointer=True))
    host.add_edge(START, "support")
    host.add_edge("support", END)
    return host.compile(checkpointer=InMemorySaver()), "messages", "event"


@pytest.fixture(params=[over_other_names, as_it_is])
def embed(request):
    return request.param


def services_of(**parts):
    return fake_services(script=lambda: cited_answer() * 9, **parts)


async def test_a_conversation_lasts_over_the_turns_of_the_host(embed):
    services = services_of()
    host, messages, event = embed(services)
    ana = Context(customer_id="cus_ada", verified=True, channel="app")
    state = await host.ainvoke({messages: [HumanMessage(REFUND)]}, CONFIG, context=ana)
    assert PASSAGE["text"] in state[messages][-1].text
    state = await host.ainvoke({messages: [HumanMessage(LEGAL)]}, CONFIG, context=ana)
    [standing] = await services.handoffs.list()
    packet = await services.handoffs.get(standing["id"])
    assert packet["customer_id"] == "cus_ada"
    assert [entry["role"] for entry in packet["transcript"]][:3] == ["customer", "ai", "customer"]
    before = len(state[messages])
    state = await host.ainvoke({messages: [HumanMessage("Hello?")]}, CONFIG, context=ana)
    assert len(state[messages]) == before + 1, "a person has it, so the assistant says nothing"

    ines = Context(role="agent", actor="ines", actor_name="Ines")
    for act in ({"type": "claim"}, {"type": "reply", "text": "I am Ines."}):
        state = await host.ainvoke({event: act}, CONFIG, context=ines)
    assert state[messages][-1].text == "I am Ines."
    assert state[event] is None
    assert len({message.id for message in state[messages]}) == len(state[messages])


async def test_words_and_events_pass_through_and_no_draft_does(embed):
    host, messages, _ = embed(services_of())
    given = {messages: [HumanMessage(REFUND)]}
    heard = [
        part
        async for part in host.astream(
            given, CONFIG, context=Context(), stream_mode=["messages", "custom"], subgraphs=True
        )
    ]
    chunks = [
        p[0] for _, mode, p in heard if mode == "messages" and isinstance(p[0], AIMessageChunk)
    ]
    assert PASSAGE["text"] in "".join(chunk.text for chunk in chunks)
    assert len({chunk.id for chunk in chunks}) == 1
    assert {"type": "status", "status": "looking_up", "topic": "refund_policy"} in [
        part for _, mode, part in heard if mode == "custom"
    ]


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("subgraphs", [False, True])
async def test_a_stopped_draft_is_in_no_stream_of_the_host(embed, subgraphs, version):
    services = services_of(certainty=0.6)
    host, messages, _ = embed(services)
    heard = [
        part
        async for part in host.astream(
            {messages: [HumanMessage(REFUND)]}, CONFIG, context=Context(), stream_mode=ALL,
            subgraphs=subgraphs, version=version,
        )
    ]  # fmt: skip
    [standing] = await services.handoffs.list()
    assert PASSAGE["text"] in (await services.handoffs.get(standing["id"]))["draft"]
    assert heard
    assert PASSAGE["text"] not in str(heard)
    seen = await host.aget_state(CONFIG, subgraphs=True)
    assert PASSAGE["text"] not in str(seen)


async def test_nor_in_its_events_where_the_host_sifts_them(embed):
    host, messages, _ = embed(services_of(certainty=0.6))
    events = host.astream_events(
        {messages: [HumanMessage(REFUND)]}, CONFIG, context=Context(), version="v2"
    )
    heard = [event async for event in released(events)]
    assert heard
    assert PASSAGE["text"] not in str(heard)


async def test_an_approval_interrupts_the_host_and_is_resumed_from_there(embed):
    services = services_of()
    host, messages, event = embed(services)
    ines, omar = (Context(role="agent", actor=name) for name in ("ines", "omar"))
    await host.ainvoke({messages: [HumanMessage(LEGAL)]}, CONFIG, context=Context())
    await host.ainvoke({event: {"type": "claim"}}, CONFIG, context=ines)
    state = await host.ainvoke({event: EXCEPTION}, CONFIG, context=ines)
    [asked] = state["__interrupt__"]
    assert asked.value["action_request"]["args"]["amount_cents"] == 4000
    # Own requests do not count, and it is asked again; what a customer writes does not answer it.
    state = await host.ainvoke(Command(resume=[{"type": "accept"}]), CONFIG, context=ines)
    assert state["__interrupt__"]
    state = await host.ainvoke({messages: [HumanMessage("Hello?")]}, CONFIG, context=Context())
    assert state["__interrupt__"]
    state = await host.ainvoke(Command(resume=[{"type": "accept"}]), CONFIG, context=omar)
    assert not state.get("__interrupt__")
    [decided] = [row for row in await services.audit.list("t") if row.payload.get("status")]
    assert (decided.actor, decided.payload["status"]) == ("omar", "granted")


def test_a_graph_without_memory_is_no_node():
    with pytest.raises(NoMemory, match="checkpointer=True"):
        host_node(build_graph(lazily(fake_services())), who)


def test_what_was_said_last_and_what_is_news():
    hello, bye = HumanMessage("a", id="1"), HumanMessage("b", id="3")
    said, secret = AIMessage("x", id="2"), HumanMessage("[card]", id="3")
    assert last_said([hello, said, bye]) == [bye]
    assert last_said([hello, said]) == []
    answer = AIMessage("y", id="4")
    assert news([said, bye], [hello, said, secret, answer]) == [secret, answer]
    assert news([hello], [hello]) == []
