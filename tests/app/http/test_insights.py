"""Satisfaction by path over HTTP: withheld with its reason, and never over the paths."""

from tests.app.http.conftest import ANA, INES, PLAIN

URL = "/handrail/insights"


async def test_what_was_resolved_shows_on_its_own_path_and_deflection_is_withheld(place):
    handoff = await place.handed_over()
    await place.act(handoff, "claim")
    await place.act(handoff, "resolve")
    await place.say(PLAIN, thread="t2")
    found = (await place.http.get(URL, headers=INES)).json()
    assert {path: shown["surveyed"] for path, shown in found["csat"].items()} == {
        "ai": 0, "human": 1, "ai_then_human": 0,
    }  # fmt: skip
    assert all(shown["satisfied"] is None for shown in found["csat"].values())
    assert found["deflection"]["value"] is None
    assert found["deflection"]["withheld"]
    assert found["escalations"][0]["reason"] == "legal"
    assert found["queues"][0]["queue"] == "compliance"


async def test_a_period_takes_what_began_in_it(place):
    await place.handed_over()
    before = await place.http.get(URL, headers=INES, params={"until": "2020-01-01"})
    assert before.json()["escalations"] == []
    after = await place.http.get(URL, headers=INES, params={"since": "2020-01-01T00:00:00+02:00"})
    assert len(after.json()["escalations"]) == 1


async def test_a_period_that_ends_before_it_begins_is_refused(place):
    given = {"since": "2026-03-02", "until": "2026-03-01"}
    refused = await place.http.get(URL, headers=INES, params=given)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:handrail:problem:bad_period")


async def test_only_the_desk_sees_it(place):
    assert (await place.http.get(URL)).status_code == 401
    assert (await place.http.get(URL, headers=ANA)).status_code == 403


async def test_risk_is_withheld_without_reviews_and_confidence_is_counted(place):
    await place.handed_over()
    await place.say(PLAIN, thread="t2")
    found = (await place.http.get(URL, headers=INES)).json()
    assert found["risk_coverage"]["points"] == []
    assert found["risk_coverage"]["threshold"] == 0.7
    assert found["risk_coverage"]["withheld"] == "0 of at least 30 reviewed conversations"
    spread = found["confidence"]
    assert sum(shown["answered"] for shown in spread["bins"]) == 1
    assert spread["handed_over_unscored"] == 1


async def test_a_channel_keeps_to_what_began_on_it(place):
    await place.handed_over()
    found = (await place.http.get(URL, headers=INES)).json()
    [channel] = found["channels"]
    same = await place.http.get(URL, headers=INES, params={"channel": channel})
    assert same.json()["escalations"] == found["escalations"]
    other = (await place.http.get(URL, headers=INES, params={"channel": "fax"})).json()
    assert (other["channel"], other["escalations"]) == ("fax", [])
    assert other["channels"] == found["channels"]
