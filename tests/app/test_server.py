"""The LangGraph development server serves graph `support`: thread, run, stream, reply."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from langgraph_sdk import get_client

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    port = free_port()
    log = (folder / "server.log").open("w")
    command = [
        str(Path(sys.executable).parent / "langgraph"), "dev", "--no-browser", "--no-reload",
        "--host", "127.0.0.1", "--port", str(port), "--config", str(ROOT / "langgraph.json"),
    ]  # fmt: skip
    environment = {
        **os.environ, "HANDRAIL_DATA": str(folder / "data"), "LANGSMITH_TRACING": "false",
        "LANGGRAPH_NO_VERSION_CHECK": "true", "LANGGRAPH_CLI_NO_ANALYTICS": "1",
    }  # fmt: skip
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                if httpx.get(f"{url}/ok", timeout=2).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.3)
            assert process.poll() is None, (folder / "server.log").read_text()[-3000:]
            assert time.monotonic() < end, (folder / "server.log").read_text()[-3000:]
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


@pytest.fixture
async def client(server):
    async with get_client(url=server) as opened:
        yield opened


@pytest.mark.server
async def test_a_thread_streams_a_cited_reply_and_then_a_handoff(client):
    thread = await client.threads.create()

    async def say(text):
        given = {"messages": [{"role": "user", "content": text}]}
        parts = [
            part
            async for part in client.runs.stream(
                thread["thread_id"], "support", input=given, stream_mode=["values", "custom"]
            )
        ]
        assert not [part.data for part in parts if part.event == "error"]
        return parts, [part.data for part in parts if part.event == "values"][-1]

    parts, state = await say("What is your refund policy?")
    assert state["owner"] == "ai", state
    assert state["citations"], state
    assert state["citations"][0]["quote"] in " ".join(state["messages"][-1]["content"].split())
    assert any(part.data.get("type") == "status" for part in parts if part.event == "custom")
    assert "draft" not in str([part.data.keys() for part in parts if part.event == "values"])

    parts, state = await say("I will see you in court, my lawyer will write to you")
    assert state["owner"] == "human"
    assert state["handoff"]["made"] is True
    count = len(state["messages"])
    _, state = await say("hello? are you there?")
    assert len(state["messages"]) == count + 1
    assert state["messages"][-1]["type"] == "human"


@pytest.mark.server
async def test_the_server_draws_the_guards(client):
    [assistant] = await client.assistants.search(graph_id="support")
    drawn = await client.assistants.get_graph(assistant["assistant_id"])
    names = {node["id"] for node in drawn["nodes"]}
    assert {"sentiment", "legal", "vip", "account_closure", "human_request", "injection"} <= names
    assert {"intake", "hold", "desk", "triage", "answer", "assess", "reply", "escalate"} <= names
