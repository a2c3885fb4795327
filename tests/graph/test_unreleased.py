"""Whatever somebody listens to, nothing of a draft is heard before it has passed the gate."""

import warnings
from dataclasses import replace

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.unreleased import without_unreleased
from tests.fake_services import PASSAGE, fake_services, lazily
from tests.llm.chain import behind
from tests.llm.server import good, speaking

ALL = ["values", "updates", "messages", "custom", "tasks", "debug", "checkpoints"]
WORDS = "five working days of our receiving"
CONFIG = {"configurable": {"thread_id": "t-1"}}
GIVEN = {"messages": [HumanMessage("How long does a refund take, please?")]}


def text_in(message):
    """Return what a message says, not its tool calls: a passage in one is no reply."""
    return str(message.content)


def graph_of(services):
    return build_graph(lazily(services), checkpointer=InMemorySaver())


@pytest.fixture(params=["embedded", "behind a provider"])
def house(request, monkeypatch):
    """Return services whose draft is stopped at the gate, by either writer."""
    if request.param == "embedded":
        yield fake_services
        return
    with speaking(good) as server:
        chain = behind(monkeypatch, server.url)
        yield lambda **kwargs: replace(fake_services(**kwargs), chain=chain)


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("subgraphs", [False, True])
async def test_a_stopped_draft_is_in_no_stream(house, subgraphs, version):
    services = house(certainty=0.6)
    listening = graph_of(services).astream(
        GIVEN, CONFIG, context=Context(), stream_mode=ALL, subgraphs=subgraphs, version=version
    )
    heard = [part async for part in listening]
    [standing] = await services.handoffs.list()
    packet = await services.handoffs.get(standing["id"])
    assert WORDS in packet["draft"]
    assert len(heard) > len(ALL)
    assert WORDS not in str(heard)


@pytest.mark.parametrize("mode", ALL)
async def test_nor_in_a_stream_of_one_mode(mode):
    heard = [
        part
        async for part in graph_of(fake_services(certainty=0.6)).astream(
            GIVEN, CONFIG, context=Context(), stream_mode=mode
        )
    ]
    assert heard
    assert WORDS not in str(heard)


async def test_nor_in_the_events(house):
    heard = [
        event
        async for event in graph_of(house(certainty=0.6)).astream_events(
            GIVEN, CONFIG, context=Context(), version="v2"
        )
    ]
    assert {"on_chain_start", "on_chain_end"} <= {event["event"] for event in heard}
    assert WORDS not in str(heard)


async def test_nor_in_the_newer_events(house):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # LangGraph calls them experimental
        run = await graph_of(house(certainty=0.6)).astream_events(
            GIVEN, CONFIG, context=Context(), version="v3"
        )
        heard = [event async for event in run]
    assert heard
    assert WORDS not in str(heard)


async def test_a_released_reply_is_streamed_in_pieces_after_the_gate(house):
    passed, chunks = [], []
    async for mode, part in graph_of(house()).astream(
        GIVEN, CONFIG, context=Context(), stream_mode=["updates", "messages", "custom"]
    ):
        if mode == "updates":
            passed += part
        elif mode == "messages":
            assert "assess" in passed, "the gate comes first"
            chunks.append(part[0])
        elif WORDS in str(part):
            raise AssertionError(part)
    said = "".join(text_in(chunk) for chunk in chunks)
    assert PASSAGE["text"] in said
    assert len(chunks) > 5
    assert all(isinstance(chunk, AIMessageChunk) for chunk in chunks)
    assert len({chunk.id for chunk in chunks}) == 1, "one message, nothing twice"
    assert passed[-1] == "reply"


async def test_the_message_that_stays_is_the_one_that_was_streamed():
    graph = graph_of(fake_services())
    ids = {
        message.id
        async for message, _ in graph.astream(
            GIVEN, CONFIG, context=Context(), stream_mode="messages"
        )
    }
    [said] = [m for m in graph.get_state(CONFIG).values["messages"] if isinstance(m, AIMessage)]
    assert ids == {said.id}


async def test_a_status_is_heard_while_the_draft_is_made(house):
    heard = [
        part
        async for part in graph_of(house()).astream(
            GIVEN, CONFIG, context=Context(), stream_mode="custom"
        )
    ]
    assert heard[0] == {"type": "status", "status": "looking_up", "topic": "refund_policy"}


def test_what_holds_no_draft_stays_as_it_is():
    part = ("values", {"messages": [], "nested": [{"draft": {"text": "x"}, "kept": (1, 2)}]})
    assert without_unreleased(part) == ("values", {"messages": [], "nested": [{"kept": (1, 2)}]})
    assert without_unreleased([("draft", "x"), ("kept", "y")]) == [("kept", "y")]
