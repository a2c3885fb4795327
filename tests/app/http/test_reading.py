"""What the desk reads: the list and its pages, a packet, its transcript; and the server's health."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.routing import APIRoute

from handrail.store.errors import StoreDown
from handrail.store.knowledge.protocol import KnowledgeDown
from tests.app.http.conftest import ANA, INES, LEGAL
from tests.app.http.test_acts import is_problem
from tests.fake_services import FakeKnowledge

OPEN = {
    "/handrail/health", "/handrail/csat/{token}", "/handrail/visitors", "/handrail/widget/words",
    # Pages and scripts hold no data; what they show they read with somebody's token.
    "/handrail/widget.js", "/handrail/ui/{page}", "/handrail/ui/assets/{name}",
    # Products sign what they deliver: tests/app/channels/.
    "/handrail/channels/chatwoot", "/handrail/channels/chatwoot/{secret}",
    "/handrail/channels/slack", "/handrail/channels/webhook",
}  # fmt: skip


async def listed(place, **asked):
    response = await place.http.get("/handrail/handoffs", headers=INES, params=asked)
    assert response.status_code == 200, response.json()
    return response.json()


async def test_pages_follow_each_other(place):
    made = {await place.handed_over(f"t{number}") for number in range(5)}
    seen, after = [], None
    while True:
        page = await listed(place, limit=2, **({"after": after} if after else {}))
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(made)
    assert len(seen) == 5


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"reason": "legal"}, 1),
        ({"reason": "vip"}, 0),
        ({"queue": "compliance"}, 1),
        ({"queue": "care"}, 0),
        ({"priority": "urgent"}, 1),
        ({"status": "claimed"}, 0),
        ({"owner": "ines"}, 0),
        ({"unfinished": True}, 1),
        ({"finished": True}, 0),
        ({"overdue": True}, 0),
        ({"since": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}, 0),
        ({"since": "2020-01-01T00:00:00+05:00"}, 1),
    ],
)
async def test_the_list_is_filtered(place, asked, found):
    await place.handed_over()
    assert len((await listed(place, **asked))["items"]) == found


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 101},
        {"status": "lost"},
        {"reason": "boredom"},
        {"since": "yesterday"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"after": "nothing"},
        {"page": 2},
        {"queue": "a\x00b"},
    ],
)
async def test_a_question_that_cannot_be_answered(place, asked):
    response = await place.http.get("/handrail/handoffs", headers=INES, params=asked)
    is_problem(response, 422)


async def test_a_packet_and_the_rest_of_its_transcript(place):
    handoff = await place.handed_over()
    for number in range(60):
        await place.say(f"message {number}")
    packet = (await place.http.get(f"/handrail/handoffs/{handoff}", headers=INES)).json()
    assert packet["reasons"][0]["reason"] == "legal"
    assert packet["transcript"]["items"][0]["text"] == LEGAL
    assert (len(packet["transcript"]["items"]), packet["transcript"]["next"]) == (50, 50)
    rest = await place.http.get(packet["transcript_url"], headers=INES, params={"after": 50})
    assert [entry["text"] for entry in rest.json()["items"]] == [
        f"message {number}" for number in range(49, 60)
    ]
    assert rest.json()["next"] is None


@pytest.mark.parametrize("path", ["", "/nothing", "/nothing/transcript"])
async def test_reading_needs_the_desks_token(place, path):
    url = f"/handrail/handoffs{path}"
    is_problem(await place.http.get(url), 401)
    is_problem(await place.http.get(url, headers=ANA), 403)
    if path:
        is_problem(await place.http.get(url, headers=INES), 404, "unknown_handoff")


async def test_no_route_but_these_is_open(place):
    paths = {route.path for route in place.app.routes if isinstance(route, APIRoute)}
    for path in paths - OPEN:
        url = path.replace("{handoff_id}", "x").replace("{survey_id}", "x")
        codes = {
            (await place.http.get(url)).status_code, (await place.http.post(url)).status_code,
        }  # fmt: skip
        assert codes <= {401, 405}, path


async def test_health_says_which_policy_is_in_force(place):
    answer = await place.http.get("/handrail/health")
    assert answer.json() == {"status": "ok", "policy_version": "default-1"}


async def test_without_the_help_centre_people_can_still_be_reached(place):
    object.__setattr__(place.services, "knowledge", FakeKnowledge(KnowledgeDown("Chroma", "Mend")))
    answer = await place.http.get("/handrail/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


async def test_health_when_the_database_is_down(place):
    async def down(*_):
        raise StoreDown("The disk is full", "Free some space")

    place.services.handoffs.standing = down
    is_problem(await place.http.get("/handrail/health"), 503, "down")


async def test_a_store_that_is_down_is_said_to_be_down(place):
    async def down(*_):
        raise StoreDown("The disk is full", "Free some space")

    place.services.handoffs.list = down
    answer = await place.http.get("/handrail/handoffs", headers=INES)
    assert answer.headers["retry-after"]
    is_problem(answer, 503, "down")


async def test_services_that_cannot_be_opened(place):
    def opener():
        raise StoreDown("The database is away", "Start it")

    place.house.services._services, place.house.services._opener = None, opener
    is_problem(await place.http.get("/handrail/health"), 503, "down")


async def test_the_desk_knows_its_queues_and_the_line_of_confidence(place):
    is_problem(await place.http.get("/handrail/desk", headers=ANA), 403)
    offered = (await place.http.get("/handrail/desk", headers=INES)).json()
    names = [queue["name"] for queue in offered["queues"]]
    assert {"name": "compliance", "priority": "urgent"} in offered["queues"]
    assert len(names) == len(set(names))
    assert offered["confidence"] == 0.7
    assert "low_confidence" in offered["reasons"]
