"""The application over fake services, with the graph in this process as its desk."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from handrail.app.access.gate import Gate
from handrail.app.access.limit import Limit
from handrail.app.access.origins import Origins
from handrail.app.access.shared_secret import SharedSecret
from handrail.app.access.visitors import Visitors
from handrail.app.desk.in_process import GraphDesk
from handrail.app.house import House
from handrail.app.http import build_app
from handrail.app.pages import Pages
from handrail.app.surveys import SurveyLinks
from handrail.graph.context import USER, Context
from handrail.graph.graph import build_graph
from handrail.graph.services import Services
from tests.app.tokens import SECRET, bearer
from tests.fake_services import cited_answer, fake_services, lazily

BUILT = Path(__file__).parent / "built"
SHOP = "https://shop.example"
LEGAL = "You will hear from my lawyer"
PLAIN = "Could you look at this for me"
INES = bearer("ines", "agent", name="Ines")
OMAR = bearer("omar", "agent", name="Omar")
ANA = bearer("u-ana", "customer", customer_id="cus_ana", verified=True)


@dataclass
class Place:
    """One shop: its services, its graph, its application, and a client of it."""

    services: Services
    graph: Any = field(init=False)
    house: House = field(init=False)
    app: FastAPI = field(init=False)
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        lazy = lazily(self.services)
        self.graph = build_graph(lazy, checkpointer=InMemorySaver())
        self.house = House(
            services=lazy, gate=Gate(SharedSecret(SECRET)), links=SurveyLinks("of the tests"),
            public_url="https://shop.example", desk=GraphDesk(self.graph),
            visitors=Visitors(SECRET), visitor_limit=Limit("1000/minute"),
            origins=Origins(frozenset({SHOP})), pages=Pages(folder=BUILT),
        )  # fmt: skip
        self.app = build_app(self.house)
        transport = httpx.ASGITransport(self.app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    async def say(
        self, text: str = LEGAL, thread: str = "t1", login: str | None = None, **context: Any
    ) -> dict[str, Any]:
        """Run a customer's message, as a server does for who is signed in where `login` is given."""
        user = {USER: {"identity": login, "role": "customer"}} if login else {}
        config = {"configurable": {"thread_id": thread, **user}}
        given = {"messages": [HumanMessage(text)]}
        return await self.graph.ainvoke(given, config, context=Context(**context))

    async def handed_over(self, thread: str = "t1") -> str:
        """Return the id of a handoff that waits."""
        return (await self.say(thread=thread))["handoff"]["id"]

    async def act(self, handoff: str, act: str, who: dict[str, str] = INES, **body: Any):
        url = f"/handrail/handoffs/{handoff}/{act}"
        return await self.http.post(url, headers=who, json=body or None)


@pytest.fixture
async def place():
    opened = Place(fake_services(script=lambda: cited_answer() * 9))
    async with opened.http:
        yield opened
