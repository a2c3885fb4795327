"""How a conversation stands, for its customer."""

from tests.app.http.conftest import ANA, INES, OMAR, PLAIN
from tests.app.tokens import bearer


async def stands(place, who=ANA, thread="t1"):
    answer = await place.http.get(f"/handrail/conversations/{thread}", headers=who)
    return answer.json() if answer.is_success else answer.status_code


async def test_it_is_followed_from_the_first_word_to_the_rating(place):
    await place.say(PLAIN, login="u-ana")
    assert (await stands(place))["stage"] == "ai"
    handoff = (await place.say("You will hear from my lawyer", login="u-ana"))["handoff"]["id"]
    waiting = await stands(place)
    assert (waiting["stage"], waiting["ahead"], waiting["person"]) == ("waiting", 0, None)
    assert not waiting["may_take_back"], "a legal matter stays with a person"
    await place.act(handoff, "claim")
    with_ines = await stands(place)
    assert (with_ines["stage"], with_ines["person"]) == ("human", "Ines")
    await place.act(handoff, "resolve")
    over = await stands(place)
    assert (over["stage"], over["rated"]) == ("closed", False)
    assert (await place.http.post(over["survey_url"], json={"rating": 5})).is_success
    assert (await stands(place))["rated"]


async def test_who_waits_is_told_how_many_wait_before_them(place):
    for thread in ("t1", "t2", "t3"):
        await place.say("I want to talk to a person", thread, login="u-ana")
    places = [await stands(place, thread=thread) for thread in ("t1", "t2", "t3")]
    assert sorted(each["ahead"] for each in places) == [0, 1, 2]
    assert all(each["may_take_back"] for each in places)


async def test_nobody_reads_how_another_conversation_stands(place):
    await place.say(PLAIN, login="u-ana")
    assert await stands(place, bearer("u-ben", "customer")) == 404
    assert await stands(place, thread="unknown") == 404
    assert await stands(place, {}) == 401
    assert (await stands(place, INES))["thread_id"] == "t1"
    assert (await stands(place, OMAR))["stage"] == "ai"
