"""For everybody: by keyboard, on a small screen, with a screen reader; and for nobody's scripts."""

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.app.servers import ROOT
from tests.web.people import Agent, Customer

pytestmark = pytest.mark.browser
AXE = ROOT / "app" / "ui" / "node_modules" / "axe-core" / "axe.min.js"
WORST = ("serious", "critical")
ATTACK = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>[x](javascript:window.broken=1)'
SMALL = {"width": 320, "height": 640}


def found_by_axe(page):
    """Return what axe finds that keeps somebody out, by its id and where."""
    page.evaluate(Path(AXE).read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (each["id"], node["target"], node["failureSummary"])
        for each in found["violations"]
        if each["impact"] in WORST
        for node in each["nodes"]
    ]


def is_wider_than_its_screen(page):
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out_of_a_page(world, person, scheme):
    visitor = Customer(person(color_scheme=scheme), world).open()
    assert not found_by_axe(visitor.page)
    asked = f"Could I talk to a person? {uuid4().hex[:6]}"
    visitor.say("What is your refund policy?")
    visitor.reads("help centre says")
    visitor.say(asked)
    visitor.reads("you can have a person")
    assert not found_by_axe(visitor.page)

    ines = Agent(person(color_scheme=scheme), world, "Ines")
    assert not found_by_axe(ines.page)
    ines.takes_up(asked)
    ines.claims()
    assert not found_by_axe(ines.page)
    for name in ("insights", "debug") if world.name == "dev" else ("insights",):
        ines.page.goto(f"{world.server}/handrail/ui/{name}")
        expect(ines.page.get_by_role("heading", level=1)).to_be_visible()
        ines.page.wait_for_load_state("networkidle")
        assert not found_by_axe(ines.page)


def test_a_conversation_by_keyboard_alone(world, person):
    page = person()
    page.goto(world.shop)
    launcher = page.get_by_role("button", name="Chat with us")
    expect(launcher).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        if launcher.evaluate("button => button.getRootNode().activeElement === button"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
    page.keyboard.type("What is your refund policy?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("help centre says")
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="Your message")).not_to_be_visible()
    assert launcher.evaluate("button => button.getRootNode().activeElement === button")


def test_the_desk_by_keyboard_alone(world, person):
    visitor = Customer(person(), world).open()
    asked = f"A person, please! {uuid4().hex[:6]}"
    visitor.say(asked)
    visitor.reads("you can have a person")
    ines = Agent(person(), world, "Ines").page
    expect(ines.get_by_role("link").filter(has_text=asked)).to_be_visible()
    for _ in range(40):
        ines.keyboard.press("j")
        if ines.evaluate("document.activeElement.textContent").find(asked) >= 0:
            break
    ines.keyboard.press("Enter")
    expect(ines.get_by_role("main")).to_contain_text(asked)
    ines.keyboard.press("c")
    expect(ines.get_by_text("With you").first).to_be_visible()
    ines.keyboard.press("r")
    ines.keyboard.type("Hello, by keyboard.")
    ines.keyboard.press("Control+Enter")
    visitor.reads("Hello, by keyboard.")


def test_everything_fits_a_small_screen(world, person):
    visitor = Customer(person(viewport=SMALL), world).open()
    visitor.say("What is your refund policy?")
    visitor.reads("help centre says")
    assert not is_wider_than_its_screen(visitor.page)
    asked = f"I would like a person {uuid4().hex[:6]}"
    visitor.say(asked)
    visitor.reads("you can have a person")
    ines = Agent(person(viewport=SMALL), world, "Ines")
    assert not is_wider_than_its_screen(ines.page)
    ines.takes_up(asked)
    ines.claims()
    ines.replies("On a small screen.")
    visitor.reads("On a small screen.")
    assert not is_wider_than_its_screen(ines.page)
    ines.page.goto(f"{world.server}/handrail/ui/insights")
    expect(ines.page.get_by_role("heading", name="Insights")).to_be_visible()
    assert not is_wider_than_its_screen(ines.page)


def test_no_words_of_anybody_become_a_script(world, person):
    visitor, ines = Customer(person(), world).open(), Agent(person(), world, "Ines")
    named = f"{ATTACK} {uuid4().hex[:6]}"
    visitor.say(f"I want a person {named}")
    visitor.reads("A colleague will take over")
    ines.takes_up(named[-6:])
    ines.claims()
    ines.replies(f"reply {named}")
    visitor.reads("reply ")
    ines.page.get_by_role("button", name="Internal note").click()
    note = ines.page.get_by_role("textbox", name="Internal note")
    note.fill(f"note {named}")
    note.press("Control+Enter")
    ines.reads("note ", 5_000)
    ines.ends("Resolve")
    survey = visitor.page.get_by_role(
        "form", name="How satisfied are you with how this was handled?"
    )
    survey.get_by_role("radio").nth(0).check(force=True)
    survey.get_by_role("textbox").fill(ATTACK)
    survey.get_by_role("button", name="Send").click()
    expect(visitor.page.get_by_text("Thank you.", exact=True)).to_be_visible()
    for page in (visitor.page, ines.page):
        assert page.evaluate("window.broken") is None
        assert page.locator("img[src='x']").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0
