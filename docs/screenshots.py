"""Take the pictures in docs/pictures: `make screenshots`.

It starts the demo with its past, plays a customer and an agent in Debian's Chromium, and writes a
picture of each page in light, dark and on a small screen.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console

from handrail.app.web_demo import Running, web_demo

PICTURES = Path(__file__).with_name("pictures")
DESK = {"width": 1360, "height": 850}
SHOP = {"width": 1100, "height": 760}
PHONE = {"width": 375, "height": 740}
ANGRY = "This is the second broken kettle. I am really angry now, what a disgrace!"
REPLY = "Hello Ana, this is Ines. I am sorry about both kettles. A new one leaves today."


def main() -> int:
    """Take all pictures; return the exit code."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if program is None:
        sys.stderr.write("Install Chromium first: apt-get install chromium\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    out = Console()
    with web_demo(out) as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            _conversation(browser, demo, scheme)
        browser.close()
    for picture in sorted(PICTURES.glob("*.png")):
        out.print(f"{picture.name}: {picture.stat().st_size // 1000} kB", highlight=False)
    return 0


def _conversation(browser: Browser, demo: Running, scheme: str) -> None:
    """Let Ana ask, be cited to, turn angry, and be answered by Ines."""
    ana = _page(browser, scheme, SHOP)
    ana.goto(demo.shop)
    ana.get_by_role("button", name="Ana Whitlow").click()
    ana.get_by_role("button", name="Chat with us").click()
    _say(ana, "What is your refund policy?", "help centre says")
    ana.get_by_role("button", name="Refund policy").first.click()
    _keep(ana, f"widget-{scheme}")
    _say(ana, ANGRY, "colleague will take over")

    ines = _page(browser, scheme, DESK)
    ines.goto(f"{demo.shop}/staff")
    ines.get_by_role("button", name="Ines").click()
    ines.goto(f"{demo.server}/handrail/ui/desk")
    ines.get_by_role("link").filter(has_text=ANGRY[:30]).first.click()
    ines.get_by_role("group", name="Acts").get_by_role("button", name="Claim").click()
    field = ines.get_by_role("textbox", name="Reply to the customer")
    field.fill(REPLY)
    field.press("Control+Enter")
    ana.get_by_role("log").get_by_text("A new one leaves today").first.wait_for()
    ines.get_by_role("main").get_by_text("A new one leaves today").first.wait_for()
    _keep(ines, f"desk-{scheme}")
    _keep(ana, f"handoff-{scheme}")
    ines.get_by_role("group", name="Acts").get_by_role("button", name="Resolve").click()
    ines.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    ana.get_by_text("How satisfied are you").wait_for()

    ines.goto(f"{demo.server}/handrail/ui/insights")
    ines.get_by_role("heading", name="Insights").wait_for()
    ines.wait_for_load_state("networkidle")
    _keep(ines, f"insights-{scheme}", whole=True)
    if scheme == "light":
        _on_a_phone(browser, demo, ana, ines)
        ines.goto(f"{demo.server}/handrail/ui/debug")
        ines.wait_for_load_state("networkidle")
        _keep(ines, "debug-light")


def _on_a_phone(browser: Browser, demo: Running, ana: Page, ines: Page) -> None:
    """Take the same pages as a phone shows them, signed in as before."""
    for name, page, address, seen in (
        ("widget-phone", ana, demo.shop, "A new one leaves today"),
        ("desk-phone", ines, f"{demo.server}/handrail/ui/desk", "furious"),
        ("insights-phone", ines, f"{demo.server}/handrail/ui/insights", "ratings"),
    ):
        small = _page(browser, "light", PHONE, page.context.storage_state())
        small.goto(address)
        if page is ana:
            small.get_by_role("button", name="Chat with us").click()
        small.get_by_text(seen).first.wait_for()
        _keep(small, name)


def _page(browser: Browser, scheme: str, size: Any, state: Any = None) -> Page:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport=size, locale="en-GB",
        timezone_id="Europe/Paris", storage_state=state, reduced_motion="reduce",
    )  # fmt: skip
    return context.new_page()


def _say(page: Page, text: str, answer: str) -> None:
    field = page.get_by_role("textbox", name="Your message")
    field.fill(text)
    field.press("Enter")
    page.get_by_role("log").get_by_text(answer).first.wait_for()


def _keep(page: Page, name: str, *, whole: bool = False) -> None:
    page.wait_for_timeout(600)  # what moves has come to rest
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)


if __name__ == "__main__":
    sys.exit(main())
