"""A handoff in the graph reaches a webhook by itself, signed, while a server is on duty."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from structlog.testing import capture_logs

from handrail.app import duties
from handrail.app.duties import on_duty
from handrail.graph.clock import now
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.settings import Settings
from handrail.store.errands.memory import MemoryErrands
from handrail.store.errands.protocol import Errand
from handrail.tools.signing import verify
from tests.fake_services import FakeProvider, fake_services, lazily

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


async def test_a_link_is_sent_while_on_duty():
    house, sent = fake_services(), asyncio.Event()

    class Provider(FakeProvider):
        async def send_reset(self, identifier, *, key):
            sent.set()
            return await super().send_reset(identifier, key=key)

    provider = Provider()
    house = replace(house, runner=replace(house.runner, provider=provider))
    errand = Errand(
        id="e-1", kind="password_reset", identifier="ada@example.com", is_id=False,
        thread_id="t-1", asked_by=None, language="en", created_at=now().isoformat(),
    )  # fmt: skip
    await house.runner.errands.add(errand)
    async with on_duty(lazily(house), Settings(_env_file=None)):
        await asyncio.wait_for(sent.wait(), 30)
    assert provider.asked == ["ada@example.com"]


async def test_a_duty_that_ends_by_a_fault_says_so():
    house, broke = fake_services(), asyncio.Event()

    class Broken(MemoryErrands):
        async def due(self, now, lease_until, limit=20):
            broke.set()
            raise RuntimeError("a fault of ours")

    house = replace(house, runner=replace(house.runner, errands=Broken()))
    with capture_logs() as said:
        async with on_duty(lazily(house), Settings(_env_file=None)):
            await asyncio.wait_for(broke.wait(), 30)
            await asyncio.sleep(0.05)
    [line] = said
    assert (line["event"], line["duty"], line["log_level"]) == ("duty_ended", "errands", "critical")
