"""One shop with a channel: fake services, the graph in this process, the routes around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from langgraph.checkpoint.memory import InMemorySaver

from handrail.app.access.gate import Gate
from handrail.app.access.shared_secret import SharedSecret
from handrail.app.channels.in_process import GraphRuns
from handrail.app.channels.inbox import Inbox
from handrail.app.channels.naming import customer_user, thread_id_of
from handrail.app.channels.protocol import Channel
from handrail.app.channels.runs import Standing
from handrail.app.channels.sending import Sender
from handrail.app.channels.worker import Worker
from handrail.app.desk.in_process import GraphDesk
from handrail.app.house import House
from handrail.app.http import build_app
from handrail.app.surveys import SurveyLinks
from handrail.graph.graph import build_graph
from handrail.graph.services import Services
from handrail.graph.turns import Turns
from handrail.store.csat.protocol import survey_of
from tests.app.tokens import SECRET
from tests.fake_services import QUOTE, cited_answer, fake_services, lazily

URL = "https://support.example"
QUESTION = "When is my money back?"
ANGER = "This is absolutely outrageous, worst company ever"
MORE = "Are you there?"
ANSWER = f"{QUOTE}\n\nSource: Refund policy https://help.example/refunds"


@dataclass
class Place:
    """A server with one channel, and everything of it that a test looks at."""

    channel: Channel
    services: Services = field(
        default_factory=lambda: fake_services(script=lambda: cited_answer() * 30)
    )
    house: House = field(init=False)
    app: FastAPI = field(init=False)
    http: httpx.AsyncClient = field(init=False)
    runs: GraphRuns = field(init=False)
    inbox: Inbox = field(init=False)

    def __post_init__(self) -> None:
        lazy, turns = lazily(self.services), Turns()
        graph: Any = build_graph(lazy, checkpointer=InMemorySaver())
        links = SurveyLinks("of the tests")
        self.runs = GraphRuns(graph, turns)
        channels = {self.channel.name: self.channel}
        worker = Worker(lazy, self.runs, Sender(channels, links.link, URL), draw=lambda: 0.0)
        self.inbox = Inbox(channels, worker, settle=timedelta())
        self.house = House(
            services=lazy, gate=Gate(SharedSecret(SECRET)), links=links, public_url=URL,
            desk=GraphDesk(graph, turns), inbox=self.inbox,
        )  # fmt: skip
        self.app = build_app(self.house)
        transport = httpx.ASGITransport(self.app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Deliver a call, and wait until it is worked on."""
        answer = await self.http.post(f"/handrail/channels/{path}", content=body, headers=headers)
        await self.inbox.settled()
        return answer

    def thread(self, conversation: str) -> str:
        return thread_id_of(self.channel.name, conversation)

    async def standing(self, conversation: str) -> Standing:
        thread = self.thread(conversation)
        return await self.runs.standing(thread, customer_user(self.channel.name, thread))

    async def figures(self, conversation: str, episode: int) -> tuple[str, str]:
        """Return the path by which an episode was resolved, and the channel it counts for."""
        key = f"{self.thread(conversation)}:{episode}"
        survey = await self.services.csat.of(key)
        assert survey is not None
        assert survey.survey_id == survey_of(key)
        return survey.path, survey.channel


Open = Callable[[Channel], Place]
