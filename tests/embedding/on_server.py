"""The ways in over the LangGraph server API: each has its channel in the token, so its figures."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import httpx
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph_sdk import get_client

from handrail.graph.conversation import mark_of
from tests.app.servers import SERVICE_KEY
from tests.app.tokens import bearer, token_of
from tests.embedding.reading import run_in

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
MODULES = ROOT / "app" / "ui" / "node_modules"
INES = bearer("ines", "agent", name="Ines")
SHOP = {"Authorization": f"Bearer {SERVICE_KEY}"}


def example(name: str) -> Any:
    """Import an example of the documentation."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class OnServer:
    """The desk over HTTP, the host's back end by its key; the customer's side is each way's own."""

    channel: ClassVar[str]
    by_thanks = False  # on Aegra a back end starts no run on a thread of somebody else

    def __init__(self, url: str) -> None:
        self.url = url
        self.thread: str | None = None
        claims = {"customer_id": "cus_ana", "verified": True, "channel": self.channel}
        self.token = token_of(f"u-{self.channel}", "customer", **claims)
        self.ana = {"Authorization": f"Bearer {self.token}"}
        self.http = httpx.AsyncClient(base_url=url, timeout=60)

    async def aclose(self) -> None:
        await self.http.aclose()

    async def reads(self) -> str:
        async with get_client(url=self.url, headers=self.ana) as client:
            state = await client.threads.get_state(self.thread)
        return "\n".join(str(message["content"]) for message in state["values"]["messages"])

    async def act(self, kind: str, **more: Any) -> None:
        handoff = (await self.packet())["id"]
        url = f"/handrail/handoffs/{handoff}/{kind.replace('_', '-')}"
        done = await self.http.post(url, json=more or None, headers=INES)
        assert done.status_code == 200, done.text

    async def resolve(self) -> None:
        if self.by_thanks:
            assert await self.say("Thank you, that was all I wanted to know.")
            return
        async with get_client(url=self.url, headers=SHOP) as client:
            given = {"messages": [], "event": {"type": "resolve"}}
            state = await client.runs.wait(self.thread, "support", input=given)
        assert (state["refused"], state["owner"]) == (None, "closed")

    async def rate(self, rating: int) -> None:
        view = f"/handrail/conversations/{self.thread}"
        link = (await self.http.get(view, headers=self.ana)).json()["survey_url"]
        assert (await self.http.post(link, json={"rating": rating})).status_code == 200

    async def packet(self) -> dict[str, Any]:
        params = {"limit": 100}
        listed = (await self.http.get("/handrail/handoffs", params=params, headers=INES)).json()
        [handoff] = [one["id"] for one in listed["items"] if one["thread_id"] == self.thread]
        url = f"/handrail/handoffs/{handoff}"
        packet = (await self.http.get(url, headers=INES)).json()
        told = (await self.http.get(f"{url}/transcript", headers=INES)).json()
        return {**packet, "transcript": told["items"]}

    async def figures(self) -> dict[str, Any]:
        asked = {"channel": self.channel}
        return (await self.http.get("/handrail/insights", params=asked, headers=SHOP)).json()


class PythonSdk(OnServer):
    channel = "python-sdk"

    async def say(self, text: str) -> str:
        async with get_client(url=self.url, headers=self.ana) as client:
            self.thread = self.thread or (await client.threads.create())["thread_id"]
            return "\n".join(await example("python_sdk").turn(client, self.thread, text))


class Remote(OnServer):
    channel = "remote-graph"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        module = example("remote_graph")
        self.client = get_client(url=url, headers=self.ana)
        self.host = module.shop_with_support(self.client, InMemorySaver())

    async def say(self, text: str) -> str:
        config = {"configurable": {"thread_id": "of-the-host"}}
        said = HumanMessage(text, id=str(uuid4()))
        state = await self.host.ainvoke({"messages": [said]}, config)
        self.thread = state["support_thread"]
        place = [message.id for message in state["messages"]].index(said.id)
        since = [m for m in state["messages"][place + 1 :] if isinstance(m, AIMessage)]
        return "\n".join(m.text for m in since if mark_of(m).get("author") == "ai")

    async def aclose(self) -> None:
        await super().aclose()
        await self.client.aclose()


class JsSdk(OnServer):
    """The example in Node, with the SDK that the pages use."""

    channel = "js-sdk"

    async def say(self, text: str) -> str:
        known = [self.thread] if self.thread else []
        process = await asyncio.create_subprocess_exec(
            shutil.which("node") or "node", str(self.script()), self.url, self.token, text, *known,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        told = json.loads(out)
        self.thread = told["thread"]
        return "\n".join(told["said"])

    def script(self) -> Path:
        """Return a copy of the example beside the packages: Node looks for them from there."""
        copy = MODULES / ".handrail-example" / "chat.mjs"
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(EXAMPLES / "js" / "chat.mjs", copy)
        return copy


class AgentChatUi(OnServer):
    """What agent-chat-ui sends: text in blocks, whole states back, a resumable stream."""

    channel = "agent-chat-ui"

    async def say(self, text: str) -> str:
        async with get_client(url=self.url, headers=self.ana) as client:
            self.thread = self.thread or (await client.threads.create())["thread_id"]
            block = {"type": "text", "text": text}
            said = {"id": str(uuid4()), "type": "human", "content": [block]}
            states = [
                part.data
                async for part in client.runs.stream(
                    self.thread, "support", input={"messages": [said]}, stream_mode=["values"],
                    stream_subgraphs=True, stream_resumable=True,
                )
                if part.event == "values"
            ]  # fmt: skip
        messages = states[-1]["messages"]
        place = [message["id"] for message in messages].index(said["id"])
        return "\n".join(m["content"] for m in messages[place + 1 :] if m["type"] == "ai")


class AguiOnServer(OnServer):
    """AG-UI on the server's own routes."""

    channel = "agui-server"
    spoken: ClassVar[str] = "of-the-front-end"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.messages: list[dict[str, Any]] = []

    async def say(self, text: str) -> str:
        said = {"id": str(uuid4()), "role": "user", "content": text}
        given = {
            "threadId": self.spoken, "runId": str(uuid4()), "messages": [*self.messages, said],
        }  # fmt: skip
        answer = await self.http.post("/handrail/agui", json=given, headers=self.ana)
        run = run_in(answer.text)
        assert not run.of("RUN_ERROR"), answer.text
        self.thread = run.state["thread_id"]
        self.messages = [m.model_dump(by_alias=True, exclude_none=True) for m in run.messages]
        return "\n".join(run.texts().values())
