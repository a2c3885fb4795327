"""The examples of docs/embedding.md work, its links lead somewhere, and its tables are true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from handrail.app.access.runs import SAFE_STREAMS
from handrail.app.agui.events import SHOWN
from handrail.app.embedded import Handrail
from tests.app.tokens import SECRET, token_of
from tests.fake_services import PASSAGE, cited_answer, fake_services, lazily

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "embedding.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def run_block(defines: str) -> dict[str, Any]:
    """Run the one block that defines a function, and return its names."""
    (block,) = [block for block in BLOCKS if f"def {defines}(" in block]
    names: dict[str, Any] = {"__name__": f"embedding_{defines}"}
    exec(compile(block, "docs/embedding.md", "exec", dont_inherit=True), names)  # noqa: S102 - ours
    return names


def services_of_tests() -> Any:
    return fake_services(script=lambda: cited_answer() * 9)


async def test_in_a_python_process() -> None:
    services, shown = services_of_tests(), []
    await run_block("converse")["converse"](lazily(services), lambda *said: shown.append(said))
    text, urls = shown[0]
    assert PASSAGE["text"] in text
    assert urls == [PASSAGE["url"]]
    assert services.csat.paths == {"thread-1:1": "ai_then_human"}
    assert services.csat.ratings == {"thread-1:1": 5}


async def test_in_a_graph_of_the_host() -> None:
    services = services_of_tests()
    graph = run_block("shop_graph")["shop_graph"](lazily(services), InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}
    said = {"chat": [HumanMessage("What is your refund policy?")], "customer": "cus_ana"}
    state = await graph.ainvoke(said, config)
    assert PASSAGE["text"] in state["chat"][-1].text
    assert state["support"]["citations"][0]["id"] == PASSAGE["id"]
    state = await graph.ainvoke({"desk": {"type": "claim"}}, config, context={"agent": "ines"})
    assert state["support"]["owner"] == "human"
    [standing] = await services.handoffs.list()
    assert standing["owner"] == "ines"


async def test_mounted_and_talked_to_by_agui(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HANDRAIL_JWT_SECRET", SECRET)
    monkeypatch.setenv("HANDRAIL_DATA", str(tmp_path))
    support = Handrail(lazily(services_of_tests()), checkpointer=InMemorySaver())
    app = run_block("product")["product"](support)
    run = run_block("run")["run"]
    said = [{"id": "m", "role": "user", "content": "What is your refund policy?"}]
    transport = httpx.ASGITransport(app)
    base = "http://127.0.0.1/support"
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=base) as http,
    ):
        events = [event async for event in run(http, token_of("u-ana", "customer"), "t", said)]
    assert (events[0].type.value, events[-1].type.value) == ("RUN_STARTED", "RUN_FINISHED")
    assert PASSAGE["text"] in "".join(getattr(event, "delta", "") for event in events)


async def test_a_remote_graph_is_made() -> None:
    remote = run_block("support_on")["support_on"]("http://127.0.0.1:9", "token")
    assert remote.assistant_id == "support"
    await remote.client.aclose()


def test_the_javascript_is_that_of_the_example() -> None:
    (block,) = re.findall(r"```js\n(.*?)```", TEXT, re.DOTALL)
    assert block in (DOCS / "examples" / "js" / "chat.mjs").read_text(encoding="utf-8")


def test_every_python_block_is_run_here() -> None:
    ran = {"converse", "shop_graph", "product", "support_on", "run"}
    for block in BLOCKS:
        assert ran & set(re.findall(r"^(?:async )?def (\w+)\(", block, re.MULTILINE)), block


def test_links_and_lists_are_true() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        if link != "channels.md":  # it comes with the channels
            assert (DOCS / link).exists(), link
    for anchor in re.findall(r"\]\(#([^)]+)\)", TEXT):
        headings = re.findall(r"^## (.*)$", TEXT, re.MULTILINE)
        slugs = {re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in headings}
        assert anchor in slugs, anchor
    (streams,) = re.findall(r"Customers stream (.*?)\.", TEXT)
    assert set(re.findall(r"`([\w-]+)`", streams)) == SAFE_STREAMS
    (state,) = re.findall(r"`STATE_SNAPSHOT` \| (.*?) \|", TEXT)
    assert set(re.findall(r"`(\w+)`", state)) == {*SHOWN, "thread_id", "handoff"}
    for command in re.findall(r"^handrail (\w+)", TEXT, re.MULTILINE):
        assert command == "new"
