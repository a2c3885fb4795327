"""The LangGraph development server: thread, run, stream, reply; the desk's routes, and who may."""

import asyncio

import httpx
import pytest
from langgraph_sdk import get_client

from tests.app.tokens import bearer


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
    [assistant] = await client.assistants.search(
        graph_id="support", metadata={"created_by": "system"}
    )
    drawn = await client.assistants.get_graph(assistant["assistant_id"])
    names = {node["id"] for node in drawn["nodes"]}
    assert {"sentiment", "legal", "vip", "account_closure", "human_request", "injection"} <= names
    assert {"intake", "hold", "desk", "triage", "answer", "assess", "reply", "escalate"} <= names


ANA = bearer("u-ana", "customer", customer_id="cus_ana", verified=True)
EVE = bearer("u-eve", "customer", customer_id="cus_eve", verified=True)
INES = bearer("ines", "agent", name="Ines")
OMAR = bearer("omar", "agent", name="Omar")


def asked(text):
    return {"messages": [{"role": "user", "content": text}]}


@pytest.fixture
async def ana(server):
    async with get_client(url=server, headers=ANA) as opened:
        yield opened


@pytest.fixture
async def desk(server):
    async with httpx.AsyncClient(base_url=f"{server}/handrail", headers=INES, timeout=60) as opened:
        yield opened


@pytest.mark.server
async def test_a_handoff_goes_through_the_desk(ana, desk):
    thread = (await ana.threads.create())["thread_id"]
    state = await ana.runs.wait(thread, "support", input=asked("My lawyer will write to you"))
    handoff = state["handoff"]["id"]
    listed = (await desk.get("/handoffs", params={"reason": "legal", "limit": 100})).json()
    [found] = [item for item in listed["items"] if item["id"] == handoff]
    assert found["customer_id"] == "cus_ana"

    claims = await asyncio.gather(
        desk.post(f"/handoffs/{handoff}/claim"),
        desk.post(f"/handoffs/{handoff}/claim", headers=OMAR),
    )
    assert sorted(claim.status_code for claim in claims) == [200, 409]
    [won] = [claim.json()["handoff"] for claim in claims if claim.status_code == 200]
    [lost] = [claim for claim in claims if claim.status_code == 409]
    assert lost.headers["content-type"] == "application/problem+json"
    assert lost.json()["claimed_by"] == won["owner"]

    owner = INES if won["owner"] == "ines" else OMAR
    keyed = {**owner, "Idempotency-Key": "k-1"}
    for _ in range(2):
        replied = await desk.post(
            f"/handoffs/{handoff}/reply", json={"text": "I am looking into it."}, headers=keyed
        )
        assert replied.status_code == 200, replied.json()
    state = (await ana.threads.get_state(thread))["values"]
    said = [m["content"] for m in state["messages"] if m["type"] == "ai" and m["content"]]
    assert said.count("I am looking into it.") == 1
    noted = await desk.post(f"/handoffs/{handoff}/note", json={"text": "between us"}, headers=owner)
    assert noted.status_code == 200
    packet = (await desk.get(f"/handoffs/{handoff}")).json()
    assert packet["notes"][0]["text"] == "between us"
    assert "between us" not in str(await ana.threads.get_history(thread, limit=50))

    back = await desk.post(f"/handoffs/{handoff}/hand-back", headers=owner)
    assert back.json()["handoff"]["status"] == "handed_back"
    state = await ana.runs.wait(thread, "support", input=asked("What is your refund policy?"))
    assert state["owner"] == "ai"
    assert state["citations"]


@pytest.mark.server
async def test_a_customer_cannot_do_what_the_desk_does(server, ana, desk):
    thread = (await ana.threads.create(metadata={"owner": "somebody"}))["thread_id"]
    state = await ana.runs.wait(thread, "support", input=asked("My lawyer will write to you"))
    url = f"/handoffs/{state['handoff']['id']}"
    for who, status in ((ANA, 403), ({"Authorization": "Bearer rubbish"}, 401)):
        for answer in (
            await desk.get("/handoffs", headers=who),
            await desk.post(f"{url}/claim", headers=who),
        ):
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
    event = {"messages": [], "event": {"type": "claim"}}
    head = await ana.threads.get_state(thread)
    for forbidden in (
        {"input": event},
        {"input": asked("hi"), "context": {"role": "agent", "actor": "ines"}},
        {"input": asked("hi"), "config": {"configurable": {"actor": "ines"}}},
        {"command": {"update": {"owner": "ai"}}},
        {"input": asked("hi"), "multitask_strategy": "rollback"},
        {"input": asked("hi"), "interrupt_before": ["escalate"]},
        {"input": asked("hi"), "stream_mode": ["debug"]},
    ):
        answer = await ana.http.client.post(
            f"/threads/{thread}/runs/wait", json={"assistant_id": "support", **forbidden}
        )
        assert answer.status_code == 403, forbidden
    for method, path, body in (
        ("POST", f"/threads/{thread}/state", {"values": {"owner": "ai"}}),
        ("PATCH", f"/threads/{thread}", {"metadata": {"owner": "u-eve"}}),
        ("DELETE", f"/threads/{thread}", None),
        ("POST", f"/threads/{thread}/copy", {}),
        ("GET", f"/threads/{thread}/runs", None),
        ("POST", "/runs/wait", {"assistant_id": "support", "input": asked("hi")}),
        ("POST", "/assistants", {"graph_id": "support"}),
        ("POST", "/runs/crons", {"assistant_id": "support", "schedule": "* * * * *"}),
        ("PUT", "/store/items", {"namespace": ["x"], "key": "k", "value": {}}),
    ):
        answer = await ana.http.client.request(method, path, json=body)
        assert answer.status_code in {403, 404}, (method, path, answer.text)
    assert (await ana.threads.get_state(thread))["checkpoint"] == head["checkpoint"]


@pytest.mark.server
async def test_a_customer_sees_no_thread_but_their_own(server, ana):
    thread = (await ana.threads.create())["thread_id"]
    await ana.runs.wait(thread, "support", input=asked("Hello"))
    async with get_client(url=server, headers=EVE) as eve:
        assert thread not in str(await eve.threads.search(limit=100))
        for method, path, body in (
            ("GET", f"/threads/{thread}", None),
            ("GET", f"/threads/{thread}/state", None),
            ("POST", f"/threads/{thread}/history", {}),
            (
                "POST",
                f"/threads/{thread}/runs/wait",
                {"assistant_id": "support", "input": asked("x")},
            ),
        ):
            answer = await eve.http.client.request(method, path, json=body)
            assert answer.status_code in {403, 404}, (path, answer.text)
    assert len(await ana.threads.search(limit=100)) >= 1


@pytest.mark.server
async def test_a_customer_goes_on_from_where_the_conversation_is(ana):
    thread = (await ana.threads.create())["thread_id"]
    await ana.runs.wait(thread, "support", input=asked("Hello"))
    past = (await ana.threads.get_state(thread))["checkpoint"]["checkpoint_id"]
    await ana.runs.wait(thread, "support", input=asked("Thank you"))
    state = await ana.runs.wait(thread, "support", input=asked("Bye"), checkpoint_id=past)
    assert [m["content"] for m in state["messages"] if m["type"] == "human"] == [
        "Hello", "Thank you", "Bye",
    ]  # fmt: skip


@pytest.mark.server
async def test_what_needs_no_token_and_what_does(server):
    async with httpx.AsyncClient(base_url=server, timeout=60) as http:
        assert (await http.get("/handrail/health")).json()["status"] == "ok"
        survey = await http.get("/handrail/csat/rubbish", headers={"accept": "text/html"})
        assert (survey.status_code, "text/html" in survey.headers["content-type"]) == (404, True)
        # A developer on this machine needs no token; a call that came through a proxy does.
        passed_on = {"x-forwarded-for": "10.0.0.7"}
        assert (await http.get("/handrail/handoffs")).status_code == 200
        assert (await http.get("/handrail/handoffs", headers=passed_on)).status_code == 401
        for headers in (passed_on, {**passed_on, "x-auth-scheme": "langsmith"}):
            answer = await http.post("/threads/search", json={}, headers=headers)
            assert answer.status_code == 401
