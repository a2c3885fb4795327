"""A handoff in the graph reaches a webhook by itself, signed, while a server is on duty."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from handrail.app import duties
from handrail.app.duties import on_duty
from handrail.graph.clock import now
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.settings import Settings
from handrail.tools.signing import verify
from tests.fake_services import fake_services, lazily

SECRET = "whsec_c2VjcmV0IG9mIHRoaXMgdGVzdA=="


async def test_a_handoff_is_told_while_on_duty(monkeypatch: pytest.MonkeyPatch) -> None:
    got: asyncio.Queue[httpx.Request] = asyncio.Queue()

    async def answer(request: httpx.Request) -> httpx.Response:
        await got.put(request)
        return httpx.Response(204)

    real = httpx.AsyncClient
    monkeypatch.setattr(
        duties.httpx, "AsyncClient", lambda: real(transport=httpx.MockTransport(answer))
    )
    house = fake_services()
    graph: Any = build_graph(lazily(house), checkpointer=InMemorySaver())
    settings = Settings(
        _env_file=None, webhook_url="https://desk.example/hook", webhook_secret=SECRET
    )
    async with on_duty(lazily(house), settings):
        await graph.ainvoke(
            {"messages": [HumanMessage("You will hear from my lawyer")]},
            {"configurable": {"thread_id": "t-1"}},
            context=Context(),
        )
        request = await asyncio.wait_for(got.get(), 30)
    verify(SECRET, request.headers, request.content, now())
    assert b'"handoff.opened"' in request.content
    assert b"lawyer" not in request.content
    assert len(asyncio.all_tasks()) == 1
