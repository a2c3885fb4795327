"""handrail eval simulate, from the command line."""

import json

import pytest
from typer.testing import CliRunner

from handrail.app.cli import app
from handrail.tools.errors import BadSettings

run = CliRunner().invoke


@pytest.fixture
def data(tmp_path, monkeypatch, trained):
    monkeypatch.setenv("HANDRAIL_DATA", str(trained(tmp_path)))
    for name in ("HANDRAIL_MODEL", "HANDRAIL_USER_MODEL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_one_task_is_played_and_written(data):
    given = ["--trials", "2", "--task", "small-bot", "--report", str(data / "r")]
    done = run(app, ["eval", "simulate", *given])
    assert done.exit_code == 0, done.output
    assert "pass^1 1.000, pass^2 1.000" in done.output
    kept = json.loads((data / "r" / "simulate.json").read_text("utf-8"))
    assert (kept["all"]["trials"], kept["user"], kept["failures"]) == (2, "rules", [])
    assert not (data / "handrail.db").exists()
    assert not (data / "mail").exists()


def test_an_unknown_task_is_named():
    done = run(app, ["eval", "simulate", "--task", "no-such-task"])
    assert done.exit_code == 2
    assert "no-such-task" in done.output


@pytest.mark.parametrize("name", [None, "embedded"])
def test_a_model_has_to_be_named_to_play_the_user(monkeypatch, name):
    monkeypatch.delenv("HANDRAIL_USER_MODEL", raising=False)
    if name:
        monkeypatch.setenv("HANDRAIL_USER_MODEL", name)
    done = run(app, ["eval", "simulate", "--task", "small-bot", "--user", "model"])
    assert isinstance(done.exception, BadSettings)
    assert "HANDRAIL_USER_MODEL" in str(done.exception)
