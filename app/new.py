"""new: a project of a host's own, to begin with."""

from __future__ import annotations

import re
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from jinja2 import Environment, StrictUndefined

from handrail.app.terminal import err, out
from handrail.models.examples import FOLDER as UTTERANCES

STARTER = Path(__file__).resolve().parent / "starter"
ENDING = ".tmpl"  # so that no tool of ours takes a template for a file of ours
HIDDEN = {"env": (".env", ".env.example"), "gitignore": (".gitignore",)}


class FolderInUse(Exception):
    """A project is not made over something that is there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is there and not empty; name a new folder.")


def make_project(folder: Path) -> list[Path]:
    """Write a project into a new or empty folder; return its files. Raises FolderInUse.

    The utterances are a copy of ours, for its owners to change, with a topic of their own.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(folder)
    name = folder.resolve().name
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "support"
    values = {"name": name, "slug": slug, "version": version("handrail")}
    jinja = Environment(
        undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False,  # noqa: S701 - no HTML
    )  # fmt: skip
    made: list[Path] = []
    shutil.copytree(UTTERANCES, folder / "utterances", dirs_exist_ok=True)
    for template in sorted(STARTER.rglob(f"*{ENDING}")):
        text = jinja.from_string(template.read_text("utf-8")).render(values)
        within = template.relative_to(STARTER)
        plain = within.name.removesuffix(ENDING)
        for named in HIDDEN.get(plain, (plain,)):
            file = folder / within.with_name(named)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            made.append(file)
    return made


def new(
    folder: Annotated[Path, typer.Argument(help="Where the project goes: a new or empty folder.")],
) -> None:
    """Make a project of your own: policy, help centre, utterances, orders adapter and tests."""
    try:
        made = make_project(folder)
    except FolderInUse as problem:
        err.print(f"handrail: {problem}", style="red", markup=False, highlight=False)
        raise typer.Exit(2) from None
    for file in made:
        out.print(f"  {file.relative_to(folder)}", markup=False, highlight=False)
    out.print("  utterances/: a copy of what Handrail learns from, to add your words to")
    out.print(
        f"Made {folder}. Its README.md says how to begin; fill in shop/orders.py first.",
        markup=False, highlight=False,
    )  # fmt: skip
