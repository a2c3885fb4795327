"""Services whose models are behind a server of a test's own, and one question to them."""

import time
from dataclasses import replace

from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.models.provider import Limits, open_chain
from tests.fake_services import lazily

QUESTION = "How long does a refund take?"
SECONDS = 20.0
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
    began = time.monotonic()
    listening = graph.astream(
        given, config, context=Context(**context), stream_mode=MODES, subgraphs=True
    )
    streamed = [part async for part in listening]
    took = time.monotonic() - began
    state = (await graph.aget_state(config)).values
    packets = [await services.handoffs.get(one["id"]) for one in await services.handoffs.list()]
    return state, streamed, packets, took
