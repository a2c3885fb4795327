"""However a model or its server behaves, the customer gets a right reply or a person."""

import time
from dataclasses import replace

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from handrail.evals.replay import without_effects
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.models.provider import Limits, open_chain
from tests.fake_services import lazily
from tests.llm.behaviours import BEHAVIOURS
from tests.llm.server import good, speaking

QUESTION = "How long does a refund take?"
SECONDS = 20.0
IMPATIENT = {"hangs": 1.0, "slow tokens": 1.0}  # for these the time has to run out
MODES = ["custom", "values", "updates", "messages"]


def behind(monkeypatch, *urls, seconds=SECONDS):
    """Return a chain of models behind these servers."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-tests-1234567890")
    return tuple(
        replace(link, name=f"openai:fake-{number}")
        for number, url in enumerate(urls)
        for link in open_chain(
            ["openai:fake"], limits=Limits(seconds), options={"base_url": f"{url}/v1"}
        )
    )


async def asked(services, text=QUESTION, **context):
    """Ask one question; return the state, all that was streamed, the packets, and the seconds."""
    graph = build_graph(lazily(services), checkpointer=InMemorySaver())
    config = {"configurable": {"thread_id": "t-1"}}
    given = {"messages": [HumanMessage(text)]}
    began, streamed = time.monotonic(), []
    async for part in graph.astream(
        given, config, context=Context(**context), stream_mode=MODES, subgraphs=True
    ):
        streamed.append(part)
    took = time.monotonic() - began
    state = (await graph.aget_state(config)).values
    packets = [await services.handoffs.get(one["id"]) for one in await services.handoffs.list()]
    return state, streamed, packets, took


@pytest.mark.parametrize("name", BEHAVIOURS)
async def test_it_ends_in_a_right_reply_or_with_a_person(name, real_services, monkeypatch):
    behave, wanted = BEHAVIOURS[name]
    outcome, _, veto = wanted.partition(" ")
    seconds = IMPATIENT.get(name, SECONDS)
    with speaking(behave) as server:
        services = replace(
            without_effects(real_services), chain=behind(monkeypatch, server.url, seconds=seconds)
        )
        state, streamed, packets, took = await asked(services)
    [said] = [m for m in state["messages"] if isinstance(m, AIMessage)]
    assert said.text.strip(), "the customer was left without a word"
    assert took < seconds + 45  # of policy
    if outcome == "person":
        assert state["owner"] == "human"
        [packet] = packets
        assert [reason["reason"] for reason in packet["reasons"]] == ["low_confidence"]
        assert not veto or veto in packet["evidence"]["vetoes"], packet["evidence"]
        if packet["draft"]:
            assert packet["draft"] not in str(streamed)
        return
    assert state["owner"] == "ai", packets
    assert not packets
    assert state["citations"]
    by = "embedded" if outcome == "embedded" else "openai:fake-0"
    [row] = await services.audit.list("t-1")
    assert row.payload["evidence"]["model"] == by
    assert all(one["quote"] for one in state["citations"])
    assert ("usage" in row.payload) == (outcome == "reply" or name == "down after the search")


async def test_the_second_model_goes_on_where_the_first_one_fails(real_services, monkeypatch):
    behave, _ = BEHAVIOURS["down after the search"]
    with speaking(behave) as down, speaking(good) as up:
        services = replace(
            without_effects(real_services), chain=behind(monkeypatch, down.url, up.url)
        )
        state, *_ = await asked(services)
    [row] = await services.audit.list("t-1")
    assert state["owner"] == "ai"
    assert row.payload["evidence"]["model"] == "openai:fake-1"
    assert row.payload["evidence"]["models_tried"] == ["openai:fake-0 failed (OpenAIAPIError)"]
    assert len(up.seen) == 1, "the search of the first one was used"
