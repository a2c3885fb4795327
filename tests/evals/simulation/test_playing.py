"""Tasks played on the real services, and the world looked at afterwards."""

import json

import pytest
from rich.console import Console
from sqlalchemy import update

from handrail.evals.simulation import report
from handrail.evals.simulation.company import Company, ours
from handrail.evals.simulation.ending import Ending
from handrail.evals.simulation.grader import grade
from handrail.evals.simulation.player import play
from handrail.evals.simulation.reading import read_tasks
from handrail.evals.simulation.rule_user import RuleUser
from handrail.evals.simulation.run import Trial, figures, simulate
from handrail.evals.simulation.world import World
from handrail.graph.opening import DEMO
from handrail.graph.settings import Settings
from handrail.store.customers.sql import CustomerRow
from handrail.store.database import open_database
from handrail.store.demo.loader import load_company
from handrail.store.migrate import migrate
from tests.evals.simulation.tasks import task

PLAYED = (
    "password-signed-in", "order-visitor-with-code", "order-of-somebody-else", "help-refund-window",
    "legal-while-waiting", "vip-order", "back-to-the-assistant-french", "injection-then-password",
)  # fmt: skip


@pytest.fixture(scope="module")
def company(real_services, tmp_path_factory):
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('company')}/simulation.db")
    migrate(engine)
    load_company(engine, DEMO / "company.yaml")
    yield Company(real_services, engine)
    engine.dispose()


@pytest.mark.parametrize("name", PLAYED)
async def test_a_task_is_passed(company, name):
    (one,) = [found for found in read_tasks() if found.id == name]
    ending = await play(one, company, RuleUser(one, f"{name}/1"))
    assert grade(one, ending) == []
    assert ending.lines[0].who == "user"


async def test_a_task_that_wants_the_contrary_is_failed(company):
    wrong = task(says=[["I want to talk to a person."]], ends={"owner": "ai", "says": ["FH-10421"]})
    ending = await play(wrong, company, RuleUser(wrong, "seed"))
    assert [failure.name for failure in grade(wrong, ending)] == [
        "wrong_owner", "unneeded_handoff", "not_said",
    ]  # fmt: skip


async def test_nobody_ends_a_talk_that_is_too_long(company):
    short = task(says=[["Hello"]], answers=[{"when": "code", "say": ["Hi"], "times": 9}], turns=1)

    class Talker:
        async def say(self, heard):
            return "Hello"

    ending = await play(short, company, Talker())
    assert [failure.name for failure in grade(short, ending)] == ["too_long"]


async def test_a_graph_that_breaks_is_a_failure_and_no_end_of_the_run(company, monkeypatch):
    class Broken:
        async def ainvoke(self, *args, **kwargs):
            raise LookupError("gone")

    monkeypatch.setattr(
        "handrail.evals.simulation.player.build_graph", lambda *args, **kwargs: Broken()
    )
    one = task()
    ending = await play(one, company, RuleUser(one, "seed"))
    assert [failure.name for failure in grade(one, ending)] == ["broke"]
    assert ending.broke == "LookupError: gone"


def test_a_write_to_the_tables_is_seen(company):
    world = World(company)
    assert world.changed() == {}
    row = update(CustomerRow).where(CustomerRow.id == "cus_tom")
    with company.engine.begin() as connection:
        connection.execute(row.values(name="Somebody"))
    assert world.changed() == {"customers": 2}  # the row that went and the one that came
    with company.engine.begin() as connection:
        connection.execute(row.values(name="Tom Hensley"))
    assert world.changed() == {}


async def test_trials_are_counted_shown_and_written(company, tmp_path):
    passed = task(id="hello", says=[["Hello"]], kind="small_talk")
    failed = task(id="hello-fails", says=[["Hello"]], ends={"owner": "ai", "says": ["[1m"]})
    seen = []
    trials = await simulate([passed, failed], company, RuleUser, 2, seen.append)
    assert seen == trials
    assert [trial.number for trial in trials] == [1, 2, 1, 2]
    assert figures(trials).pass_hat == (0.5, 0.5)
    out = Console(record=True, width=120)
    report.show(out, trials)
    text = out.export_text()
    for words in ("hello-fails, trial 2", "not_said: [1m", "pass^2 0.500", "user: Hello", "2/4"):
        assert words in text
    path = report.write(tmp_path, report.as_json(trials, {"model": "embedded"}))
    kept = json.loads(path.read_text("utf-8"))
    assert (kept["model"], kept["all"]["passed"], kept["kinds"]["small_talk"]["passed"]) == (
        "embedded", 2, 2,
    )  # fmt: skip
    assert [row["task"] for row in kept["failures"]] == ["hello-fails", "hello-fails"]


def test_a_long_message_is_shortened():
    assert report.shortened("a\n b") == "a b"
    assert len(report.shortened("word " * 100)) == report.LONGEST


def test_figures_need_a_trial():
    with pytest.raises(ValueError, match="at least one task"):
        figures([])
    assert figures([Trial(task(), 1, Ending(owner="ai"), ())]).pass_hat == (1.0,)


@pytest.mark.parametrize(
    ("given", "own_folder"),
    [({}, False), ({"company": "none"}, True), ({"chroma_url": "http://127.0.0.1:9"}, True)],
)
def test_a_real_company_is_left_alone(tmp_path, given, own_folder):
    theirs = Settings(
        _env_file=None, data=tmp_path / "theirs", database_url="sqlite:///theirs.db",
        orders=tmp_path / "orders.toml", smtp_url="smtp://mail.example.com", **given,
    )  # fmt: skip
    used = ours(theirs, tmp_path / "own")
    assert used.data == tmp_path / ("own" if own_folder else "theirs")
    assert used.database() == f"sqlite:///{tmp_path}/own/simulation.db"
    assert (used.company, used.orders, used.smtp_url, used.chroma_url) == (
        "demo", None, None, None,
    )  # fmt: skip
