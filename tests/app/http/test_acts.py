"""What the desk does over HTTP: one wins, everybody else is told why not, nothing happens twice."""

import asyncio

import pytest

from handrail.app.desk.protocol import DeskDown, ThreadGone
from handrail.app.routes.acts import refusal
from tests.app.http.conftest import ANA, INES, LEGAL, OMAR, PLAIN
from tests.app.tokens import bearer

ACTS = ("claim", "reply", "note", "transfer", "hand-back", "resolve", "abandon", "mark")
BODIES = {
    "reply": {"text": "Hello"}, "note": {"text": "A note"}, "transfer": {"queue": "care"},
    "mark": {"false_handoff": True},
}  # fmt: skip


def is_problem(response, status, kind=None):
    body = response.json()
    assert response.status_code == status, body
    assert response.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["status"] == status
    if kind:
        assert body["type"] == f"urn:handrail:problem:{kind}"
    return body


async def test_of_two_agents_at_once_one_gets_it_and_the_other_is_told_who(place):
    handoff = await place.handed_over()
    answers = await asyncio.gather(
        place.act(handoff, "claim", INES), place.act(handoff, "claim", OMAR)
    )
    [won] = [answer for answer in answers if answer.status_code == 200]
    [lost] = [answer for answer in answers if answer is not won]
    owner = won.json()["handoff"]["owner"]
    assert is_problem(lost, 409, "claimed")["claimed_by"] == owner
    assert (await place.services.handoffs.get(handoff))["owner"] == owner


async def test_from_claim_to_hand_back(place):
    handoff = await place.handed_over()
    claimed = (await place.act(handoff, "claim")).json()
    assert (claimed["handoff"]["status"], claimed["survey_url"]) == ("claimed", None)
    await place.act(handoff, "reply", text="I am Ines, and I am looking into this.")
    state = await place.say("thank you")
    assert [m.content for m in state["messages"]][-2:] == [
        "I am Ines, and I am looking into this.", "thank you",
    ]  # fmt: skip
    assert state["messages"][-2].name == "Ines"
    back = (await place.act(handoff, "hand-back", false_handoff=True)).json()["handoff"]
    assert (back["status"], back["false_handoff"]) == ("handed_back", True)
    assert (await place.say(PLAIN))["owner"] == "ai"


async def test_note_transfer_mark_and_abandon(place):
    handoff = await place.handed_over()
    assert (await place.act(handoff, "note", text="VIP?")).status_code == 200
    moved = (await place.act(handoff, "transfer", queue="care", owner="omar")).json()["handoff"]
    assert (moved["queue"], moved["owner"], moved["status"]) == ("care", "omar", "open")
    await place.act(handoff, "claim", OMAR)
    left = (await place.act(handoff, "abandon", OMAR)).json()
    assert (left["handoff"]["status"], left["survey_url"]) == ("abandoned", None)
    marked = (await place.act(handoff, "mark", false_handoff=False)).json()["handoff"]
    assert marked["false_handoff"] is False
    packet = await place.services.handoffs.get(handoff)
    assert [(note["by"], note["text"]) for note in packet["notes"]] == [("ines", "VIP?")]


async def test_each_act_is_audited_with_who_did_it(place):
    handoff = await place.handed_over()
    await place.act(handoff, "claim")
    await place.act(handoff, "claim", OMAR)
    events = await place.services.audit.list("t1")
    assert [(e.actor, e.action) for e in events][-2:] == [("ines", "claim"), ("omar", "refused")]


async def test_the_same_key_is_carried_out_once(place):
    handoff = await place.handed_over()
    await place.act(handoff, "claim")
    keyed = {**INES, "Idempotency-Key": "k-1"}
    for _ in range(2):
        assert (await place.act(handoff, "note", keyed, text="once")).status_code == 200
        assert (await place.act(handoff, "reply", keyed, text="Hello")).status_code == 200
    packet = await place.services.handoffs.get(handoff)
    assert [note["text"] for note in packet["notes"]] == ["once"]
    assert [e["text"] for e in packet["transcript"] if e["role"] == "human"] == ["Hello"]
    for _ in range(2):
        await place.act(handoff, "note", text="twice")
    assert len((await place.services.handoffs.get(handoff))["notes"]) == 3


async def test_a_key_is_one_agents_on_one_handoff(place):
    first, second = await place.handed_over("t1"), await place.handed_over("t2")
    for who in (INES, OMAR):
        for handoff in (first, second):
            keyed = {**who, "Idempotency-Key": "k-1"}
            assert (await place.act(handoff, "note", keyed, text="mine")).status_code == 200
    for handoff in (first, second):
        assert len((await place.services.handoffs.get(handoff))["notes"]) == 2


async def test_acts_that_the_conversation_does_not_allow(place):
    handoff = await place.handed_over()
    is_problem(await place.act(handoff, "reply", text="Hello"), 409, "claim_first")
    is_problem(await place.act(handoff, "mark", false_handoff=True), 409, "not_now")
    await place.act(handoff, "claim")
    is_problem(await place.act(handoff, "reply", text="   "), 422, "empty_text")
    is_problem(await place.act(handoff, "transfer", queue="nowhere"), 422, "unknown_queue")
    url = f"/handrail/handoffs/{handoff}/transfer"
    nowhere = await place.http.post(url, headers=INES, json={})
    is_problem(nowhere, 422, "nowhere_to_transfer")
    theirs = await place.act(handoff, "resolve", OMAR)
    assert is_problem(theirs, 409, "claimed")["claimed_by"] == "ines"
    await place.act(handoff, "resolve")
    is_problem(await place.act(handoff, "reply", text="Hello"), 409, "closed")


def test_a_refusal_that_nobody_knows_is_no_promise():
    assert refusal("not_allowed").status == 403
    assert refusal("error").status == 503


@pytest.mark.parametrize("act", ACTS)
async def test_the_desk_is_closed_to_customers_and_strangers(place, act):
    handoff = await place.handed_over()
    body = BODIES.get(act, {})
    is_problem(await place.act(handoff, act, ANA, **body), 403, "not_allowed")
    unknown = await place.act(handoff, act, {}, **body)
    assert unknown.headers["www-authenticate"] == "Bearer"
    is_problem(unknown, 401, "not_signed_in")
    is_problem(await place.act(handoff, act, bearer("x", "agent", seconds=-60), **body), 401)


@pytest.mark.parametrize("act", ACTS)
async def test_an_unknown_handoff(place, act):
    is_problem(await place.act("nothing", act, **BODIES.get(act, {})), 404, "unknown_handoff")


async def test_a_conversation_that_is_not_on_this_server(place):
    handoff = await place.handed_over()
    await place.graph.checkpointer.adelete_thread("t1")
    gone = await place.act(handoff, "claim")
    assert is_problem(gone, 410, "thread_gone")["thread_id"] == "t1"
    assert (await place.services.handoffs.get(handoff))["status"] == "open"


@pytest.mark.parametrize(
    ("problem", "status"), [(DeskDown("It is down"), 503), (ThreadGone("t1"), 410)]
)
async def test_a_desk_that_cannot_act(place, problem, status):
    handoff = await place.handed_over()

    class Broken:
        async def act(self, thread_id, event, agent):
            raise problem

    place.house.desk = Broken()
    is_problem(await place.act(handoff, "claim"), status)


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("reply", {}),
        ("reply", {"text": 5}),
        ("reply", {"text": "x" * 10_001}),
        ("reply", {"text": "a\x00b"}),
        ("reply", {"text": "Hi", "actor": "omar"}),
        ("mark", {"false_handoff": "yes"}),
        ("transfer", {"queue": "a\nb"}),
    ],
)
async def test_a_body_that_cannot_be_used(place, act, body):
    handoff = await place.handed_over()
    url = f"/handrail/handoffs/{handoff}/{act}"
    problem = is_problem(await place.http.post(url, headers=INES, json=body), 422, "invalid")
    assert problem["errors"][0]["where"].startswith("body")
    assert "input" not in problem["errors"][0]


async def test_a_resolved_conversation_gives_a_link_to_its_survey(place):
    await place.say(PLAIN)
    handoff = (await place.say(LEGAL))["handoff"]["id"]
    await place.act(handoff, "claim")
    done = (await place.act(handoff, "resolve")).json()
    assert done["handoff"]["status"] == "resolved"
    assert done["survey_url"].startswith("https://shop.example/handrail/csat/")
