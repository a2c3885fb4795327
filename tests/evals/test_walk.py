"""The walk decides what the engine decides."""

from uuid import uuid4

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from handrail.evals.replay import without_effects
from handrail.evals.walk import Walk
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.services import LazyServices
from handrail.graph.state import State

MESSAGES = [
    "What is your refund policy?",
    "where is my parcel",
    "I will see you in court",
    "hi",
    "close my account",
    "play some jazz",
    "   ",
    "🙂🙂",
    "x" * 5000,
    "Can I do that with a card from last year?",
]
SAME = ("reasons", "confidence", "signals", "intent", "owner", "citations", "evidence", "refused")


def new_thread():
    return {"configurable": {"thread_id": str(uuid4())}}


@pytest.fixture(scope="module")
def graph(real_services):
    services = without_effects(real_services)
    return build_graph(LazyServices(lambda: services), input_schema=State)


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("customer", [None, "cus_ana", "cus_ben"])
async def test_the_walk_decides_what_the_engine_decides(graph, message, customer):
    given = {"messages": [HumanMessage(content=message)]}
    context = Context(customer_id=customer, verified=customer is not None)
    engine = await graph.ainvoke(given, new_thread(), context=context)
    walked = await Walk(graph).run(given, context, new_thread())
    for key in SAME:
        if key in engine or key in walked:
            assert walked.get(key) == engine.get(key, walked.get(key)), key
    assert walked["messages"][-1].text == engine["messages"][-1].text


async def test_a_person_keeps_the_floor(graph):
    turns = [HumanMessage(content="hello"), AIMessage(content="a person will look")]
    given = {"messages": [*turns, HumanMessage(content="well?")], "owner": "human", "heard": 2}
    walked = await Walk(graph).run(given, Context(), new_thread())
    assert walked["messages"][-1].text == "well?"
