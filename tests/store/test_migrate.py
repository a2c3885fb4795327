"""The schema goes up and down, on an empty database and on an older one, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from handrail.store.csat.protocol import survey_of
from handrail.store.csat.sql import SqlCsat
from handrail.store.database import TABLES, Base, open_database
from handrail.store.errors import StoreDown
from handrail.store.handoffs.protocol import Wanted
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.migrate import BEFORE_NUMBERS, migrate, newest, revisions
from tests.postgres import own_database

AT = "2026-03-01T10:0{}:00+00:00"


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'handrail.db'}")
        yield engine
        engine.dispose()
        return
    with own_database() as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


def fill_as_before(engine: Engine) -> None:
    """Write what the version before wrote: two handoffs, one of them resolved and rated."""
    packet = (
        "INSERT INTO handoffs (id, key, thread_id, episode, reasons, priority, queue, owner,"
        " status, created_at, due_at, language, tool_trace, evidence, policy_version, summary,"
        " entries) VALUES (:id, :key, :thread, 1, :reasons, 'urgent', 'compliance', 'ines',"
        " :status, :at, :at, 'en', '[]', '{}', 'p-1', 'A lawyer is named.', 1)"
    )
    said = "INSERT INTO transcript VALUES (:id, 1, 'm-1', 'customer', 'My lawyer will write', :at)"
    event = (
        "INSERT INTO audit (at, thread_id, episode, actor, action, policy_version, payload)"
        " VALUES (:at, 't-2', 1, 'ines', :action, 'p-1', '{}')"
    )
    reasons = json.dumps([{"reason": "legal", "evidence": {}}, {"reason": "vip", "evidence": {}}])
    with engine.begin() as connection:
        for number, status in ((1, "open"), (2, "resolved")):
            facts = {"id": f"h-{number}", "key": f"t-{number}:1", "thread": f"t-{number}"}
            facts |= {"reasons": reasons, "status": status, "at": AT.format(0)}
            connection.execute(text(packet), facts)
            connection.execute(text(said), {"id": f"h-{number}", "at": AT.format(0)})
        for minute, action in enumerate(("claim", "reply", "resolve"), start=1):
            connection.execute(text(event), {"at": AT.format(minute), "action": action})
        connection.execute(text("INSERT INTO csat VALUES ('t-2:1', 'human', 4)"))


def test_the_migrations_make_the_tables_that_the_code_names(empty: Engine) -> None:
    assert migrate(empty) == ""
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        missing = produce_migrations(context, Base.metadata).upgrade_ops
    assert missing is not None
    assert missing.is_empty(), f"write a migration:\n{render_python_code(missing)}"


@pytest.mark.parametrize("numbered", [True, False])
async def test_an_older_database_is_brought_up_with_what_it_holds(
    empty: Engine, *, numbered: bool
) -> None:
    migrate(empty, BEFORE_NUMBERS)
    fill_as_before(empty)
    if not numbered:
        with empty.begin() as connection:
            connection.execute(text("DROP TABLE alembic_version"))
    assert migrate(empty) == BEFORE_NUMBERS
    handoffs = SqlHandoffs(empty)
    waiting, resolved = await handoffs.list(Wanted(reason="legal"))
    assert (waiting["id"], waiting["closed_at"], waiting["channel"]) == ("h-1", None, "chat")
    times = (resolved["claimed_at"], resolved["replied_at"], resolved["closed_at"])
    assert times == (AT.format(1), AT.format(2), AT.format(3))
    packet = await handoffs.get("h-2")
    assert packet is not None
    assert [entry["text"] for entry in packet["transcript"]] == ["My lawyer will write"]
    csat = SqlCsat(empty)
    assert (await csat.by_path(1))["human"].n == 1
    assert await csat.key_of(survey_of("t-2:1")) == "t-2:1"


def test_it_goes_down_again_step_by_step_and_what_the_older_version_knew_stays(
    empty: Engine,
) -> None:
    migrate(empty, BEFORE_NUMBERS)
    fill_as_before(empty)
    migrate(empty)
    for older in [*revisions()[-2::-1], "base"]:
        migrate(empty, older)
        if older != "base":
            with empty.connect() as connection:
                kept = connection.execute(text("SELECT count(*) FROM transcript")).scalar()
                assert kept == 2
    assert inspect(empty).get_table_names() == ["alembic_version"]
    migrate(empty)
    assert len(inspect(empty).get_table_names()) == len(TABLES) + 1


def test_several_may_start_at_once(empty: Engine) -> None:
    def start(_: int) -> str:
        engine = open_database(empty.url.render_as_string(hide_password=False))
        was = migrate(engine)
        engine.dispose()
        return was

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(start, range(6)))
    assert sorted(found) == sorted(["", *revisions()[-1:] * 5])


def test_a_database_of_a_newer_version_is_left_alone(empty: Engine) -> None:
    migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreDown, match=r"9999.*newer version"):
        migrate(empty)


def test_an_unknown_revision_says_what_there_is(empty: Engine) -> None:
    migrate(empty)
    with pytest.raises(StoreDown, match="0001"):
        migrate(empty, "0815")
    with empty.connect() as connection:
        on = connection.execute(text("SELECT 1")).scalar()
    assert on == 1


def test_a_step_that_fails_changes_nothing(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(empty, BEFORE_NUMBERS)
    fill_as_before(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE handoffs SET reasons = '[{}]'"))
    with pytest.raises(KeyError):
        migrate(empty)
    assert "notifications" not in inspect(empty).get_table_names()
    with empty.begin() as connection:
        connection.execute(text("UPDATE handoffs SET reasons = '[]'"))
    assert migrate(empty) == BEFORE_NUMBERS


def test_the_newest_step_is_told_by_its_name():
    assert newest() == revisions()[-1]
