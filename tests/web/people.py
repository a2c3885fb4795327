"""A customer and an agent, as they use the pages: by what they can see and reach."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

ANSWER_SECONDS = 20_000  # the first turn of a server opens its stores
LIVE_SECONDS = 2_000  # how soon a page has to show what somebody else did


class Customer:
    """Somebody on the shop's page, with the chat in its corner."""

    def __init__(self, page: Any, world: Any, name: str | None = None) -> None:
        self.page = page
        page.goto(world.shop)
        if name:
            page.get_by_role("button", name=name).click()
        self.launcher = page.get_by_role("button", name=re.compile("Chat with us"))
        self.field = page.get_by_role("textbox", name="Your message")
        self.log = page.get_by_role("log")

    def open(self) -> Customer:
        self.launcher.click()
        expect(self.field).to_be_editable()
        return self

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")
        expect(self.field).to_have_value("")

    def reads(self, text: str | re.Pattern[str], within: float = ANSWER_SECONDS) -> None:
        expect(self.log).to_contain_text(text, timeout=within)

    def count(self, text: str) -> int:
        """Return in how many messages a text stands."""
        return self.log.get_by_text(text, exact=True).count()


class Agent:
    """Somebody of the staff at the desk."""

    def __init__(self, page: Any, world: Any, name: str) -> None:
        self.page, self.world = page, world
        page.goto(f"{world.shop}/staff")
        page.get_by_role("button", name=name).click()
        self.desk()

    def desk(self) -> Agent:
        self.page.goto(f"{self.world.server}/handrail/ui/desk")
        expect(self.page.get_by_role("navigation", name="Queue")).to_be_visible()
        return self

    def takes_up(self, words: str) -> None:
        """Open the conversation whose row has these words."""
        self.page.get_by_role("link").filter(has_text=words).first.click()
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def claims(self) -> None:
        self.page.get_by_role("group", name="Acts").get_by_role("button", name="Claim").click()
        expect(self.page.get_by_text("With you").first).to_be_visible()

    def replies(self, text: str) -> None:
        field = self.page.get_by_role("textbox", name="Reply to the customer")
        field.fill(text)
        field.press("Control+Enter")
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def ends(self, how: str) -> None:
        self.page.get_by_role("group", name="Acts").get_by_role("button", name=how).click()
        self.page.get_by_role("dialog").get_by_role("button", name=how).click()

    def reads(self, text: str, within: float = LIVE_SECONDS) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(text, timeout=within)
