"""The pages as people use them: Debian's Chromium, a real server, and a shop beside it.

They run by `make test-web` (the development server) and `make test-web-aegra`; without a browser,
built pages or a server to run on they skip.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from handrail.app.pages import BUILT
from handrail.app.shop.server import build_shop
from handrail.app.web_demo import serving
from tests.app.servers import ROOT, aegra, langgraph_dev, needs_aegra
from tests.app.tokens import SECRET, bearer
from tests.ports import free_port

if find_spec("playwright") is None:  # make test-web installs it
    collect_ignore_glob = ["test_*.py"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ALWAYS_HERE = """
[hours]
time_zone = "UTC"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
opens = 00:00:00
closes = 23:59:59
days_off = []
"""
SECONDS = 15_000  # how long a page may take for anything, in milliseconds


@dataclass(frozen=True)
class World:
    """Where the server and the shop are."""

    name: str
    server: str
    shop: str
    another: int  # a port that a second shop may use

    def get(self, path: str, who: str = "ines") -> Any:
        """Read a route as an agent."""
        answer = httpx.get(
            self.server + path, headers=bearer(who, "agent", name="Ines"), timeout=30
        )
        return answer.raise_for_status().json()


def policy_in(folder: Path) -> Path:
    """Write the policy with people who are always there, whenever the tests run."""
    text = (ROOT / "policy.toml").read_text("utf-8")
    before, _, rest = text.partition("[hours]")
    _, _, after = rest.partition("\n[")
    file = folder / "policy.toml"
    file.write_text(f"{before}{ALWAYS_HERE}\n[{after}", "utf-8")
    return file


@contextmanager
def world_on(name: str, folder: Path) -> Iterator[World]:
    """Start a server of this kind and a shop on ports of their own."""
    port = free_port()
    another = free_port()
    shop = f"http://127.0.0.1:{port}"
    more = {
        "HANDRAIL_ORIGINS": f"{shop},http://127.0.0.1:{another}",
        "HANDRAIL_DESK_TOKEN_URL": f"{shop}/desk-token",
        "HANDRAIL_POLICY": str(policy_in(folder)), "HANDRAIL_VISITOR_LIMIT": "1000/minute",
    }  # fmt: skip
    if name == "dev":
        with langgraph_dev(folder, **more) as server, serving(build_shop(server, SECRET), port):
            yield World(name, server, shop, another)
        return
    as_customers_meet_it = {"HANDRAIL_ENV": "production", "HANDRAIL_DEV": "0"}
    with (
        aegra(folder, **more, **as_customers_meet_it) as stack,
        serving(build_shop(stack.url, SECRET), port),
    ):
        yield World(name, stack.url, shop, another)


@pytest.fixture(scope="session", params=["dev", "aegra"])
def world(request, tmp_path_factory, trained) -> Iterator[World]:
    if request.param == "aegra":
        needs_aegra()
    folder = tmp_path_factory.mktemp(f"web-{request.param}")
    (folder / "data").mkdir()
    trained(folder / "data")
    with world_on(request.param, folder) as found:
        yield found


@pytest.fixture(scope="session")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api", reason="make test-web installs it")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("there is no Chromium")
    if not (BUILT / "desk.html").is_file():
        pytest.skip("the pages are not built: make ui")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def person(chromium, world, request):
    """Return what opens a browser of somebody's own; what went wrong in it fails the test."""
    contexts, said = [], []

    def opened(**options: Any):
        context = chromium.new_context(locale="en-GB", **options)
        context.set_default_timeout(SECONDS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if is_complaint(line) else None)
        return page

    yield opened
    if os.environ.get("HANDRAIL_TEST_PICTURES"):
        for number, context in enumerate(contexts):
            for page in context.pages:
                folder = Path(os.environ["HANDRAIL_TEST_PICTURES"])
                page.screenshot(path=folder / f"{request.node.name}-{number}-{uuid4().hex[:4]}.png")
    for context in contexts:
        context.close()
    assert not said


def is_complaint(line: Any) -> bool:
    """Tell whether the browser complains of what the pages do: of their policy, above all."""
    return line.type == "error" and "Content Security Policy" in line.text
