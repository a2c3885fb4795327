"""A conversation from the first question to the figures, by two people in two browsers."""

import time
from dataclasses import replace
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.app.servers import ROOT
from tests.loopback import Reply, serving
from tests.web.people import LIVE_SECONDS, Agent, Customer

pytestmark = pytest.mark.browser
SECONDS_TO_REPEAT = 5  # offline


def named(text):
    """Return a text that no other test says."""
    return f"{text} {uuid4().hex[:6]}"


def csat(world, path):
    return world.get("/handrail/insights")["csat"][path]


def test_from_a_question_to_the_figures(world, person):
    before = {path: csat(world, path)["n"] for path in ("ai", "human", "ai_then_human")}
    ana, ines = Customer(person(), world, "Ana").open(), Agent(person(), world, "Ines")

    ana.say("What is your refund policy?")
    ana.reads("help centre says")
    ana.page.get_by_role("button", name="Refund policy").first.click()
    expect(ana.page.get_by_role("group", name="Refund policy")).to_be_visible()

    angry = named("This is the third broken pot, I am furious with you, a disgrace!")
    ana.say(angry)
    ana.reads("A colleague will take over here")
    expect(ana.page.get_by_text("You are next.")).to_be_visible()

    expect(ines.page.get_by_role("link").filter(has_text=angry)).to_be_visible(timeout=LIVE_SECONDS)
    ines.takes_up(angry)
    expect(ines.page.get_by_role("heading", name="Why is this with me?")).to_be_visible()
    ines.claims()
    expect(ana.page.get_by_text("You are writing with Ines.")).to_be_visible(timeout=LIVE_SECONDS)
    reply = named("Hello, this is Ines. A new pot is on its way.")
    ines.replies(reply)
    ana.reads(reply, LIVE_SECONDS)
    ana.say("Thank you Ines, and the one after that?")
    ines.reads("and the one after that?")
    assert ana.log.get_by_text("help centre says").count() == 1, "the assistant is silent"

    ines.ends("Hand back")
    expect(ana.page.get_by_text("automatic assistant")).to_be_visible(timeout=LIVE_SECONDS)
    ana.say("How long does delivery take?")
    expect(ana.log.get_by_text("help centre says")).to_have_count(2)
    ana.say("Thanks, that answers it")
    survey = ana.page.get_by_role("form", name="How satisfied are you with how this was handled?")
    survey.get_by_role("radio").nth(4).check(force=True)
    survey.get_by_role("button", name="Send").click()
    expect(ana.page.get_by_text("Thank you.", exact=True)).to_be_visible()

    after = {path: csat(world, path)["n"] for path in before}
    assert after == {**before, "ai": before["ai"] + 1}
    ines.page.goto(f"{world.server}/handrail/ui/insights")
    expect(ines.page.get_by_role("heading", name="Insights")).to_be_visible()
    expect(ines.page.get_by_text(f"{after['ai']} of at least 30 ratings").first).to_be_visible()


def test_a_person_resolves_it_and_the_customer_rates_the_person(world, person):
    before = csat(world, "human")["n"]
    visitor, omar = Customer(person(), world).open(), Agent(person(), world, "Omar")
    asked = named("Could I talk to a person, please?")
    visitor.say(asked)
    visitor.reads("you can have a person")
    omar.takes_up(asked)
    omar.claims()
    omar.replies("Hello, Omar here.")
    omar.ends("Resolve")
    survey = visitor.page.get_by_role(
        "form", name="How satisfied are you with how this was handled?"
    )
    survey.get_by_role("radio").nth(3).check(force=True)
    survey.get_by_role("button", name="Send").click()
    expect(visitor.page.get_by_text("Thank you.", exact=True)).to_be_visible()
    assert csat(world, "human")["n"] == before + 1


def test_it_goes_on_after_a_reload_and_on_the_next_page(world, person):
    visitor = Customer(person(), world).open()
    said = named("How long does delivery take")
    visitor.say(said)
    visitor.reads("help centre says")
    visitor.page.reload()
    expect(visitor.log.get_by_text(said)).to_be_visible()
    visitor.say("Which ways to pay are there?")
    expect(visitor.log.get_by_text("help centre says")).to_have_count(2)


def test_what_is_written_offline_is_sent_once_when_the_line_is_back(world, person):
    visitor = Customer(person(), world).open()
    visitor.say("Hello")
    visitor.reads("automatic assistant")
    visitor.page.context.set_offline(True)
    said = named("How long does a refund take")
    visitor.say(said)
    expect(visitor.page.get_by_text("You are offline")).to_be_visible()
    time.sleep(SECONDS_TO_REPEAT)
    visitor.page.context.set_offline(False)
    visitor.reads("help centre says")
    assert visitor.count(said) == 1
    visitor.page.reload()
    expect(visitor.log.get_by_text(said)).to_have_count(1)
    expect(visitor.log.get_by_text("help centre says")).to_have_count(1)


def test_what_an_agent_writes_offline_is_sent_once(world, person):
    visitor, ines = Customer(person(), world).open(), Agent(person(), world, "Ines")
    asked = named("I want to speak to a person")
    visitor.say(asked)
    visitor.reads("you can have a person")
    ines.takes_up(asked)
    ines.claims()
    ines.page.context.set_offline(True)
    reply = named("Hello, I am looking into it.")
    ines.replies(reply)
    time.sleep(SECONDS_TO_REPEAT)
    ines.page.context.set_offline(False)
    visitor.reads(reply)
    assert visitor.count(reply) == 1


def test_of_two_agents_at_once_one_has_it_and_the_other_is_told_who(world, person):
    visitor = Customer(person(), world).open()
    ines, omar = Agent(person(), world, "Ines"), Agent(person(), world, "Omar")
    asked = named("Can I have a human being, please?")
    visitor.say(asked)
    visitor.reads("you can have a person")
    for agent in (ines, omar):
        agent.takes_up(asked)
    for agent in (ines, omar):
        acts = agent.page.get_by_role("group", name="Acts")
        acts.get_by_role("button", name="Claim").evaluate("button => button.click()")
    expect(ines.page.get_by_text("With you").first).to_be_visible()
    expect(omar.page.get_by_text("With ines").first).to_be_visible()
    expect(omar.page.get_by_role("textbox", name="Reply to the customer")).not_to_be_attached()


def test_who_waits_may_go_on_with_the_assistant(world, person):
    visitor = Customer(person(), world).open()
    visitor.say(named("Could I speak to a person?"))
    visitor.reads("you can have a person")
    visitor.page.get_by_role("button", name="Go on with the assistant instead").click()
    visitor.reads("You are with the automatic assistant now")


def test_the_example_of_the_document_works_as_it_stands(world, person):
    html = (ROOT / "docs" / "examples" / "embed.html").read_text("utf-8")
    answer = {
        "/": Reply(raw=html.replace("http://127.0.0.1:2024", world.server).encode(),
                   headers={"content-type": "text/html"}),
        "/token": Reply(status=204, raw=b""),
    }  # fmt: skip
    with serving(lambda seen: answer.get(seen.path, Reply(status=404)), world.another) as shop:
        visitor = Customer(person(), replace(world, shop=shop.url)).open()
        visitor.say("What is your refund policy?")
        visitor.reads("help centre says")
