"""handrail new: a project whose tests pass, and nothing written over."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handrail.app.cli import app
from handrail.app.new import FolderInUse, make_project
from handrail.models.examples import FOLDER as UTTERANCES

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_is_written_over(tmp_path):
    kept = tmp_path / "mine.txt"
    kept.write_text("mine", "utf-8")
    for taken in (tmp_path, kept):
        with pytest.raises(FolderInUse, match="not empty"):
            make_project(taken)
    told = CliRunner().invoke(app, ["new", str(tmp_path)])
    assert told.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_it_is_served_as_ours_is(tmp_path):
    told = CliRunner().invoke(app, ["new", str(tmp_path / "Our Shop")])
    assert told.exit_code == 0, told.output
    folder = tmp_path / "Our Shop"
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert (project["name"], project["dependencies"]) == ("our-shop", ["handrail>=0.1.0"])
    theirs = json.loads((folder / "langgraph.json").read_text("utf-8"))
    ours = json.loads((ROOT / "langgraph.json").read_text("utf-8"))
    assert (theirs.pop("env"), theirs.pop("graphs")) == (
        ".env", {"support": "./shop/graph.py:graph"},
    )  # fmt: skip
    del ours["graphs"]
    assert theirs == ours
    assert (folder / ".env").read_text("utf-8") == (folder / ".env.example").read_text("utf-8")
    assert ".env\n" in (folder / ".gitignore").read_text("utf-8")
    copied = {path.name for path in (folder / "utterances").glob("*.yaml")}
    assert copied == {path.name for path in UTTERANCES.glob("*.yaml")} | {"workshops.yaml"}


def test_its_own_tests_pass_and_one_says_what_to_fill_in(tmp_path):
    folder = tmp_path / "shop-support"
    make_project(folder)
    environment = {**os.environ, "PYTHONPATH": str(folder), "HANDRAIL_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:asyncio", str(folder)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "4 passed, 1 skipped" in done.stdout
    assert "fill in shop/orders.py" in done.stdout
