"""Who is asking comes from whoever signed in, and never from what came with the run."""

from types import SimpleNamespace

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.runtime import Runtime

from handrail.graph.context import USER, Context, asking
from handrail.graph.graph import build_graph
from tests.fake_services import cited_answer, fake_services, lazily

CLAIMED = Context(customer_id="cus_vip", verified=True, role="service", actor="root")
ANA = {
    "identity": "u-1", "role": "customer", "customer_id": "cus_ana", "verified": True,
    "locale": "es", "name": "Ana",
}  # fmt: skip


def config_of(user):
    return {"configurable": {USER: user, "thread_id": "t1"}}


@pytest.mark.parametrize("shape", [dict, lambda facts: SimpleNamespace(**facts)])
def test_the_signed_in_user_counts_and_the_given_context_does_not(shape):
    found = asking(Runtime(context=CLAIMED), config_of(shape(ANA)))
    assert found == Context(customer_id="cus_ana", verified=True, locale="es", actor_name="Ana")


def test_an_agent_is_the_actor():
    user = {"identity": "ines", "role": "agent", "name": "Ines"}
    found = asking(Runtime(context=None), config_of(user))
    assert found == Context(role="agent", actor="ines", actor_name="Ines")


@pytest.mark.parametrize(
    "user",
    [{}, {"identity": "x"}, {"identity": "x", "role": "owner"}, {"identity": "x", "role": None}],
)
def test_a_user_without_a_role_of_ours_is_a_visitor(user):
    assert asking(Runtime(context=CLAIMED), config_of(user)) == Context()


def test_nobody_is_verified_without_being_somebody():
    user = {"identity": "v-1", "role": "customer", "verified": True}
    assert asking(Runtime(context=CLAIMED), config_of(user)).verified is False


def test_a_library_call_and_a_developer_say_who_they_are():
    assert asking(Runtime(context=CLAIMED), {}) == CLAIMED
    developer = {"identity": "developer", "role": "service", "developer": True}
    assert asking(Runtime(context=CLAIMED), config_of(developer)) == CLAIMED
    alone = asking(Runtime(context=Context()), config_of(developer))
    assert alone == Context(role="service", actor="developer")


async def test_the_graph_asks_the_user_and_not_the_run():
    services = fake_services(script=lambda: cited_answer() * 2)
    graph = build_graph(lazily(services), checkpointer=InMemorySaver())
    claim = {"messages": [], "event": {"type": "claim"}}
    state = await graph.ainvoke(claim, config_of(ANA), context=CLAIMED)
    assert state["refused"] == "not_allowed"
    asked = {"messages": [HumanMessage("Could you look at this for me")]}
    vip = {**ANA, "customer_id": "cus_vip"}
    state = await graph.ainvoke(asked, config_of(vip), context=Context())
    assert state["reasons"] == ["vip"]
    [kept] = await services.handoffs.list()
    assert kept["customer_id"] == "cus_vip"


async def test_no_state_read_shows_what_the_desk_was_told():
    services = fake_services()
    graph = build_graph(lazily(services), checkpointer=InMemorySaver())
    config = {"configurable": {"thread_id": "t1"}}
    await graph.ainvoke({"messages": [HumanMessage("My lawyer will write")]}, config)
    agent = Context(role="agent", actor="ines")
    note = {"type": "note", "text": "between ourselves"}
    await graph.ainvoke({"messages": [], "event": note}, config, context=agent)
    [kept] = await services.handoffs.list()
    assert (await services.handoffs.get(kept["id"]))["notes"]
    async for snapshot in graph.aget_state_history(config):
        assert "between ourselves" not in str(snapshot)
