"""The conversation of play.py by every way in over the LangGraph server API, on one server."""

import shutil
from contextlib import aclosing

import httpx
import pytest
from langgraph_sdk import get_client

from tests.app.tokens import bearer
from tests.embedding.on_server import (
    INES,
    MODULES,
    AgentChatUi,
    AguiOnServer,
    JsSdk,
    PythonSdk,
    Remote,
)
from tests.embedding.play import ANGER, play

QUOTE = "refund"
OMAR = bearer("omar", "agent", name="Omar")


@pytest.mark.server
@pytest.mark.parametrize("way", [PythonSdk, Remote, AgentChatUi, AguiOnServer, JsSdk])
async def test_the_conversation_over_the_server(server, way):
    if way is JsSdk and not (shutil.which("node") and (MODULES / "@langchain").is_dir()):
        pytest.skip("needs Node and the packages of the pages: make ui")
    playing = way(server)
    async with aclosing(playing):
        await play(playing, quote=QUOTE)


@pytest.mark.server
@pytest.mark.parametrize("way", [PythonSdk, AguiOnServer, JsSdk])
async def test_the_conversation_over_aegra_with_two_workers(aegra_server, way):
    if way is JsSdk and not (shutil.which("node") and (MODULES / "@langchain").is_dir()):
        pytest.skip("needs Node and the packages of the pages: make ui")
    playing = way(aegra_server)
    playing.by_thanks = True
    async with aclosing(playing):
        await play(playing, quote=QUOTE)


@pytest.mark.server
async def test_an_approval_is_answered_as_studio_and_agent_chat_ui_do(server):
    way = AgentChatUi(server)
    await way.say(ANGER)
    asked = {"order": "FH-10421", "amount": "40.00", "currency": "EUR", "why": "It broke twice."}
    async with aclosing(way):
        await way.act("claim")
        await way.act("refund-exception", **asked)
    async with get_client(url=server, headers=OMAR) as omar:
        state = await omar.threads.get_state(way.thread)
        [waiting] = [one for task in state["tasks"] for one in task["interrupts"]]
        assert waiting["value"]["action_requests"][0]["name"]
        decision = {"decisions": [{"type": "approve"}]}
        after = await omar.runs.wait(way.thread, "support", command={"resume": decision})
        assert not after.get("__interrupt__")
    async with httpx.AsyncClient(base_url=server, timeout=60, headers=INES) as http:
        trail = (await http.get(f"/handrail/conversations/{way.thread}/trail")).json()
    assert "granted" in str(trail)
