"""How was it? One answer for each resolved episode, by a signed link that lasts for some days."""

import re
import time

import pytest

from handrail.app.secret import kept_secret
from handrail.app.surveys import SurveyLinks, open_survey_links, survey_link
from handrail.graph.context import Context
from handrail.graph.settings import Settings
from handrail.models.language import SPOKEN
from handrail.store.csat.protocol import survey_of
from handrail.store.errors import StoreDown
from tests.app.http.conftest import ANA, INES, LEGAL, PLAIN
from tests.app.http.test_acts import is_problem

SERVICE = Context(role="service", actor="shop")
SURVEY = survey_of("t1:1")
BROWSER = {"accept": "text/html,application/xhtml+xml"}
FORM = {**BROWSER, "content-type": "application/x-www-form-urlencoded"}


async def resolved(place, language="en"):
    """Return the path of the survey of a conversation that people settled."""
    handoff = (await place.say(LEGAL, locale=language))["handoff"]["id"]
    await place.act(handoff, "claim")
    url = (await place.act(handoff, "resolve")).json()["survey_url"]
    return url.removeprefix("https://shop.example")


async def test_a_rating_is_kept_once_and_audited(place):
    path = await resolved(place)
    answer = await place.http.post(path, json={"rating": 4, "comment": "Kind."})
    assert (answer.status_code, answer.json()) == (200, {"rating": 4})
    is_problem(await place.http.post(path, json={"rating": 1}), 409, "already_rated")
    assert place.services.csat.ratings == {"t1:1": 4}
    event = (await place.services.audit.list("t1"))[-1]
    assert (event.actor, event.action, event.episode) == ("customer", "rating", 1)
    assert event.payload == {"rating": 4, "survey": SURVEY}


async def test_a_form_works_without_javascript(place):
    path = await resolved(place)
    page = await place.http.get(path, headers=BROWSER)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert '<form method="post">' in page.text
    assert "<script" not in page.text
    thanks = await place.http.post(path, headers=FORM, content="rating=5&comment=Merci+%3Cb%3E")
    assert (thanks.status_code, "Thank you" in thanks.text) == (200, True)
    again = await place.http.post(path, headers=FORM, content="rating=5")
    assert (again.status_code, "already answered" in again.text) == (409, True)


async def test_the_page_is_accessible(place):
    page = (await place.http.get(await resolved(place))).text
    assert re.search(r'<html lang="en">', page)
    assert page.count('type="radio"') == page.count("<label><input") == 5
    assert "<legend>" in page
    assert 'for="comment"' in page
    assert 'id="comment"' in page


@pytest.mark.parametrize("language", SPOKEN)
async def test_the_page_speaks_the_customers_language(place, language):
    path = f"/handrail/csat/{place.house.links.token(SURVEY)}"
    await resolved(place)
    place.services.handoffs._by_id[next(iter(place.services.handoffs._by_id))]["language"] = (
        language
    )
    page = await place.http.get(path, headers={**BROWSER, "accept-language": "ja"})
    assert f'<html lang="{language}">' in page.text
    assert place.services.wording.say("survey.send", language) in page.text


async def test_without_a_handoff_the_browsers_language_counts(place):
    await place.say(PLAIN)
    config = {"configurable": {"thread_id": "t1"}}
    await place.graph.ainvoke(
        {"messages": [], "event": {"type": "resolve"}}, config, context=SERVICE
    )
    link = await place.http.get(f"/handrail/surveys/{SURVEY}", headers=INES)
    path = link.json()["survey_url"].removeprefix("https://shop.example")
    page = await place.http.get(path, headers={"accept-language": "ja, de-AT;q=0.8, en;q=0.5"})
    assert '<html lang="de">' in page.text
    assert place.services.csat.paths == {"t1:1": "ai"}


async def test_only_the_desk_is_given_links_and_only_for_what_was_resolved(place):
    is_problem(await place.http.get(f"/handrail/surveys/{SURVEY}", headers=ANA), 403)
    is_problem(await place.http.get(f"/handrail/surveys/{SURVEY}", headers=INES), 404)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_a_link_that_is_too_old(place, accept, monkeypatch):
    path = await resolved(place)
    later = time.time() + 15 * 86_400
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    for answer in (
        await place.http.get(path, headers={"accept": accept}),
        await place.http.post(path, headers={"accept": accept}, json={"rating": 5}),
    ):
        assert answer.status_code == 410
        told = "This survey is closed" in answer.text
        assert told
    assert place.services.csat.ratings == {}


async def test_links_that_are_not_ours(place):
    await resolved(place)
    forged = SurveyLinks("of somebody else").token(SURVEY)
    unknown = place.house.links.token(survey_of("t9:9"))
    mine = place.house.links.token(SURVEY)
    for token in (forged, unknown, "rubbish", mine[:-2], f"{mine}x"):
        is_problem(await place.http.get(f"/handrail/csat/{token}"), 404, "unknown_survey")
        answer = await place.http.post(f"/handrail/csat/{token}", json={"rating": 5})
        is_problem(answer, 404, "unknown_survey")
    page = await place.http.get(f"/handrail/csat/{forged}", headers=BROWSER)
    assert (page.status_code, "do not know this survey" in page.text) == (404, True)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"rating": 0}', 422),
        ("application/json", b'{"rating": 6}', 422),
        ("application/json", b'{"rating": "5"}', 422),
        ("application/json", b'{"rating": true}', 422),
        ("application/json", b'{"rating": 5, "path": "ai"}', 422),
        ("application/json", b'{"comment": "no rating"}', 422),
        ("application/json", b'{"rating": 5, "comment": "' + b"x" * 2001 + b'"}', 422),
        ("application/json", b"\xff", 422),
        ("application/x-www-form-urlencoded", b"comment=no+rating", 422),
        ("application/x-www-form-urlencoded", b"rating=%ff", 422),
        ("text/plain", b"5", 415),
        ("application/json", b" " * 20_001, 413),
    ],
)
async def test_answers_that_cannot_be_kept(place, kind, body, status):
    path = await resolved(place)
    for accept in ("application/json", "text/html"):
        headers = {"content-type": kind, "accept": accept}
        answer = await place.http.post(path, headers=headers, content=body)
        assert answer.status_code == status
        if accept == "text/html":
            assert "Please choose one of the numbers" in answer.text
        else:
            is_problem(answer, status)
    assert place.services.csat.ratings == {}


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    settings = Settings(_env_file=None, data=tmp_path / "data")
    token = open_survey_links(settings).token(SURVEY)
    assert open_survey_links(settings).survey_in(token, 1) == SURVEY
    [file] = (tmp_path / "data").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_workers_that_start_at_once_have_one_secret(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: kept_secret(tmp_path / "new" / "secret"), range(8)))
    assert len(found) == 1
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_a_secret_that_cannot_be_kept(tmp_path):
    (tmp_path / "empty").touch()
    with pytest.raises(StoreDown, match="empty"):
        kept_secret(tmp_path / "empty")
    with pytest.raises(StoreDown, match="HANDRAIL_SECRET"):
        kept_secret(tmp_path / "empty" / "secret")


def test_a_link_by_the_environment(monkeypatch):
    monkeypatch.setenv("HANDRAIL_SECRET", "s" * 32)
    link = survey_link("https://shop.example/", SURVEY)
    token = link.removeprefix("https://shop.example/handrail/csat/")
    assert SurveyLinks("s" * 32).survey_in(token, 1) == SURVEY
