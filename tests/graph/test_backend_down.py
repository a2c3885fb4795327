"""A backend that is down leads to a person, whose packet says what was tried."""

from __future__ import annotations

from dataclasses import replace

from langchain_core.messages import AIMessage, HumanMessage

from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.tools.backends.address import service_address
from handrail.tools.backends.http import HttpBackend
from handrail.tools.backends.signed import SignedBackend
from handrail.tools.orders.signed_http import SignedHttpOrders
from handrail.tools.orders.tool import order_tool
from tests.fake_services import fake_services, lazily
from tests.loopback import Reply, script, serving

CALL = {"name": "look_up_order", "args": {"order_number": "10421"}, "id": "1"}


async def test_a_person_sees_what_was_tried() -> None:
    house = fake_services(topic="order_status", script=lambda: [AIMessage("", tool_calls=[CALL])])
    with serving(script(Reply(status=503))) as shop:
        backend = HttpBackend("the shop's service", service_address(shop.url, "the shop"))
        orders = SignedHttpOrders(SignedBackend(backend, "whsec_c2VjcmV0"))
        services = replace(house, toolbox=lambda asker: [order_tool(asker, orders)])
        state = await build_graph(lazily(services)).ainvoke(
            {"messages": [HumanMessage("Where is my order 10421?")]},
            {"configurable": {"thread_id": "t-1"}},
            context=Context(customer_id="ada", verified=True, time_zone="Europe/Berlin"),
        )
    assert (state["owner"], state["reasons"]) == ("human", ["error"])
    assert len(shop.seen) == 3  # the node does not try again what the tool tried again
    [standing] = await services.handoffs.list()
    packet = await services.handoffs.get(standing["id"])
    assert packet["evidence"]["failure"] == {
        "node": "answer", "error": "BackendDown",
        "tried": ["look_up_order at the shop's service: answered 503, 3 times"],
    }  # fmt: skip
