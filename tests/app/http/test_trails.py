"""The trail of a whole conversation, for the page for developers."""

from tests.app.http.conftest import ANA, INES, PLAIN

URL = "/handrail/conversations/{}/trail"


async def test_each_episode_shows_what_was_decided_and_how_certain_it_was(place):
    await place.say(PLAIN, thread="t2")
    told = (await place.http.get(URL.format("t2"), headers=INES)).json()
    [episode] = told["episodes"]
    [event] = episode["items"]
    assert (episode["episode"], event["action"], event["actor"]) == (1, "reply", "ai")
    assert event["facts"]["confidence"] >= 0.7
    assert "human_request" in event["facts"]["signals"]


async def test_only_the_desk_reads_it_and_an_unknown_one_is_not_there(place):
    await place.say(PLAIN, thread="t2")
    assert (await place.http.get(URL.format("t2"))).status_code == 401
    assert (await place.http.get(URL.format("t2"), headers=ANA)).status_code == 403
    assert (await place.http.get(URL.format("nothing"), headers=INES)).status_code == 404
