"""The examples of docs/embed.md work, and its tables name what is there."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from handrail.app.access.origins import origins_in
from handrail.app.access.shared_secret import SharedSecret
from handrail.app.access.visitors import DAYS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "embed.md").read_text(encoding="utf-8")
WIDGET = ROOT / "app" / "ui" / "src" / "widget"
SECRET = "a secret of thirty-two bytes or more"
ATTRIBUTE = re.compile(r"`(data-[a-z-]+)`")


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


def read_by_the_script() -> set[str]:
    """Return the attributes that the launcher takes from its tag."""
    code = (WIDGET / "script.ts").read_text("utf-8")
    names = " ".join(re.findall(r"const \{ (.*?) \} = script\.dataset", code))
    kebab = re.sub(r"([A-Z])", lambda found: f"-{found[1].lower()}", names)
    return {f"data-{name.strip()}" for name in re.split(r"[,\s]+", kebab)}


class Scripts(HTMLParser):
    """Collect the script tags that load the widget."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "script" and str(facts.get("src", "")).endswith("/handrail/widget.js"):
            self.found.append(facts)


async def believed(token: str) -> tuple[Any, ...]:
    user = await SharedSecret(SECRET).user_in(token)
    return user.id, user.role, user.customer_id, user.verified, user.name


async def test_a_token_signed_in_python_is_believed() -> None:
    names: dict[str, Any] = {}
    exec(compile(block("python"), "docs/embed.md", "exec", dont_inherit=True), names)  # noqa: S102
    token = names["token_for"]("u-ana", "cus_ana", "Ana", SECRET)
    assert await believed(token) == ("u-ana", "customer", "cus_ana", True, "Ana")


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_a_token_signed_in_node_is_believed(tmp_path: Path) -> None:
    given = ", ".join(json.dumps(each) for each in ("u-ana", "cus_ana", "Zoë", SECRET))
    file = tmp_path / "token.mjs"
    file.write_text(f"{block('js')}\nconsole.log(tokenFor({given}));\n", encoding="utf-8")
    ran = subprocess.run(["node", str(file)], capture_output=True, text=True, check=True)
    assert asyncio.run(believed(ran.stdout.strip())) == (
        "u-ana",
        "customer",
        "cus_ana",
        True,
        "Zoë",
    )


def test_the_table_has_every_attribute_and_no_other() -> None:
    table = TEXT.split("## 1.")[1].split("## 2.")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `data-")]
    assert {ATTRIBUTE.findall(row)[0] for row in rows} == read_by_the_script()


def test_the_table_has_every_event() -> None:
    code = (WIDGET / "contract.ts").read_text("utf-8")
    (union,) = re.findall(r"type EventName = (.*?);", code)
    table = TEXT.split("| event |")[1].split("\n\n")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`(\w+)`", " ".join(first_cells))) == set(re.findall(r'"(\w+)"', union))


@pytest.mark.parametrize("file", ["docs/examples/embed.html", "docs/embed.md"])
def test_the_example_pages_use_attributes_that_exist(file: str) -> None:
    scripts = Scripts()
    scripts.feed((ROOT / file).read_text("utf-8"))
    assert len(scripts.found) == 1
    (tag,) = scripts.found
    assert {name for name in tag if name.startswith("data-")} <= read_by_the_script()


def test_the_example_page_lets_itself_load_the_widget() -> None:
    page = (ROOT / "docs" / "examples" / "embed.html").read_text("utf-8")
    (server,) = re.findall(r'src="(.*?)/handrail/widget.js"', page)
    (policy,) = re.findall(r'content="(default-src.*?)"', page)
    for part in ("script-src", "connect-src"):
        (sources,) = re.findall(rf"{part} ([^;]*)", policy)
        assert server in sources.split()


def test_the_setting_can_be_read_and_the_figures_are_those_in_force() -> None:
    (line,) = re.findall(r"^HANDRAIL_ORIGINS=(.*)$", TEXT, re.MULTILINE)
    assert len(origins_in(line)) == 2
    assert f"for {DAYS} days" in TEXT
    languages = {path.stem for path in (ROOT / "prompts" / "widget").glob("*.yaml")}
    (told,) = re.findall(r"the language of the window: (.*?), also as", TEXT)
    assert set(re.findall(r"`(\w+)`", told)) == languages
    assert all(yaml.safe_load((ROOT / "prompts/widget" / f"{each}.yaml").read_text("utf-8"))
               for each in languages)  # fmt: skip
