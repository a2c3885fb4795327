"""What the widget reads before anybody has signed in."""

from handrail.models.wording import Wording


async def test_the_words_come_in_the_customers_language_with_what_brings_the_assistant_back(place):
    answer = await place.http.get("/handrail/widget/words?language=de-AT")
    said = answer.json()
    assert (answer.status_code, said["language"]) == (200, "de")
    assert said["words"]["send"] == "Senden"
    assert said["back_phrase"] == Wording().say("back_phrase", "de")
    assert said["visitors"] is True


async def test_a_language_that_we_have_not_is_english(place):
    said = (await place.http.get("/handrail/widget/words?language=ja")).json()
    assert said["language"] == "en"
