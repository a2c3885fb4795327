"""The conversation of play.py by every way in that needs no server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph

from handrail.app.access.user import User
from handrail.app.embedded import Handrail
from handrail.app.http import build_app
from handrail.app.pages import Pages
from handrail.evals.gather import insights_now
from handrail.evals.insights import as_json
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.host_node import host_node
from tests.app.http.conftest import BUILT
from tests.app.tokens import SECRET, bearer
from tests.embedding.play import play
from tests.embedding.reading import run_in
from tests.fake_services import PASSAGE, cited_answer, fake_services, lazily

INES = User(id="ines", role="agent", name="Ines")
SHOP = User(id="shop", role="service")


class InMemory:
    """What the ways have in common: the stores of fake services, read directly."""

    channel: str

    def __init__(self) -> None:
        self.services = fake_services(script=lambda: cited_answer() * 9)
        self.thread = str(uuid4())

    async def packet(self) -> dict[str, Any]:
        [standing] = await self.services.handoffs.list()
        return await self.services.handoffs.get(standing["id"])

    async def figures(self) -> dict[str, Any]:
        return as_json(await insights_now(self.services, channel=self.channel))


class InProcess(InMemory):
    """`Handrail` in the host's process."""

    channel = "app"

    def __init__(self) -> None:
        super().__init__()
        self.support = Handrail(lazily(self.services), checkpointer=InMemorySaver())
        self.ana = Context(customer_id="cus_ana", verified=True, channel=self.channel)

    async def say(self, text: str) -> str:
        return (await self.support.say(self.thread, text, self.ana)).text

    async def reads(self) -> str:
        config = {"configurable": {"thread_id": self.thread}}
        kept = (await self.support.graph.aget_state(config)).values
        return "\n".join(message.text for message in kept["messages"])

    async def act(self, kind: str, **more: Any) -> None:
        assert await self.support.act(self.thread, {"type": kind, **more}, INES) is None

    async def resolve(self) -> None:
        assert await self.support.survey(self.thread) is None
        assert await self.support.act(self.thread, {"type": "resolve"}, SHOP) is None
        self.survey = await self.support.survey(self.thread)

    async def rate(self, rating: int) -> None:
        event = {"type": "rating", "rating": rating, "survey": self.survey}
        assert await self.support.act(self.thread, event, SHOP) is None


class Subgraph(InMemory):
    """A node of a graph of the host's own."""

    channel = "bot"

    def __init__(self) -> None:
        super().__init__()

        class Shop(MessagesState):
            event: dict[str, Any] | None

        support = build_graph(lazily(self.services), checkpointer=True)
        host = StateGraph(Shop, context_schema=Context)
        host.add_node("support", host_node(support, lambda _, run: run.context, event="event"))
        host.add_edge(START, "support")
        host.add_edge("support", END)
        self.host = host.compile(checkpointer=InMemorySaver())
        self.config = {"configurable": {"thread_id": self.thread}}

    async def say(self, text: str) -> str:
        ana = Context(customer_id="cus_ana", verified=True, channel=self.channel)
        said = HumanMessage(text, id=str(uuid4()))
        state = await self.host.ainvoke({"messages": [said]}, self.config, context=ana)
        place = [message.id for message in state["messages"]].index(said.id)
        since = state["messages"][place + 1 :]
        return "\n".join(m.text for m in since if isinstance(m, AIMessage))

    async def reads(self) -> str:
        kept = (await self.host.aget_state(self.config)).values["messages"]
        return "\n".join(message.text for message in kept)

    async def act(self, kind: str, **more: Any) -> None:
        await self._run({"type": kind, **more}, Context(role="agent", actor="ines"))

    async def resolve(self) -> None:
        await self._run({"type": "resolve"}, Context(role="service", actor="shop"))

    async def rate(self, rating: int) -> None:
        await self._run({"type": "rating", "rating": rating}, Context(role="service", actor="shop"))

    async def _run(self, event: dict[str, Any], context: Context) -> None:
        await self.host.ainvoke({"event": event}, self.config, context=context)


class Mounted(InMemory):
    """Our application under /support of the host's; its customers talk by AG-UI."""

    channel = "agui"
    ana = bearer("u-ana", "customer", customer_id="cus_ana", verified=True)
    ines = bearer("ines", "agent", name="Ines")

    def __init__(self) -> None:
        super().__init__()
        self.support = Handrail(lazily(self.services), checkpointer=InMemorySaver())
        self.support_app = support_app = build_app(embedded=self.support)

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            async with support_app.router.lifespan_context(support_app):
                yield

        self.app = FastAPI(lifespan=lifespan)
        self.app.mount("/support", support_app)
        transport = httpx.ASGITransport(self.app)
        self.http = httpx.AsyncClient(transport=transport, base_url="https://shop.example")
        self.messages: list[dict[str, Any]] = []

    async def say(self, text: str) -> str:
        said = {"id": str(uuid4()), "role": "user", "content": text}
        return await self._run([*self.messages, said])

    async def reads(self) -> str:
        await self._run(self.messages)
        return "\n".join(message["content"] for message in self.messages)

    async def _run(self, messages: list[dict[str, Any]]) -> str:
        given = {"threadId": self.thread, "runId": str(uuid4()), "messages": messages}
        answer = await self.http.post("/support/handrail/agui", json=given, headers=self.ana)
        run = run_in(answer.text)
        self.state = run.state
        self.messages = [m.model_dump(by_alias=True, exclude_none=True) for m in run.messages]
        return "\n".join(run.texts().values())

    async def act(self, kind: str, **more: Any) -> None:
        handoff = (await self.packet())["id"]
        url = f"/support/handrail/handoffs/{handoff}/{kind.replace('_', '-')}"
        done = await self.http.post(url, json=more or None, headers=self.ines)
        assert done.status_code == 200, done.text

    async def resolve(self) -> None:
        thread = self.state["thread_id"]
        assert await self.support.act(thread, {"type": "resolve"}, SHOP) is None

    async def rate(self, rating: int) -> None:
        view = f"/support/handrail/conversations/{self.state['thread_id']}"
        link = (await self.http.get(view, headers=self.ana)).json()["survey_url"]
        assert link.startswith("https://shop.example/support/handrail/csat/")
        page = await self.http.get(link, headers={"accept": "text/html"})
        assert page.status_code == 200
        assert 'action="/' not in page.text, "the form comes back to its own address"
        assert (await self.http.post(link, json={"rating": rating})).status_code == 200


@pytest.mark.parametrize("way", [InProcess, Subgraph])
async def test_the_conversation_in_process(way):
    await play(way(), quote=PASSAGE["text"])


async def test_the_conversation_in_a_mounted_application_over_agui(monkeypatch, tmp_path):
    monkeypatch.setenv("HANDRAIL_JWT_SECRET", SECRET)
    monkeypatch.setenv("HANDRAIL_DATA", str(tmp_path))
    monkeypatch.delenv("HANDRAIL_PUBLIC_URL", raising=False)
    mounted = Mounted()
    async with mounted.app.router.lifespan_context(mounted.app), mounted.http:
        await play(mounted, quote=PASSAGE["text"])
        house = mounted.support_app.state.house
        mounted.support_app.state.house = replace(house, pages=Pages(folder=BUILT))
        script = await mounted.http.get("/support/handrail/widget.js")
        page = await mounted.http.get("/support/handrail/ui/desk")
        assert (script.status_code, page.status_code) == (200, 200)
        assert 'src="/' not in page.text
        assert 'href="/' not in page.text
        assert (await mounted.http.get("/handrail/health")).status_code == 404
        health = await mounted.http.get("/support/handrail/health")
        assert health.json()["status"] == "ok"
