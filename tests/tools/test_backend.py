from __future__ import annotations

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from handrail.tools import backend
from handrail.tools.backend import ask_database
from handrail.tools.errors import BackendDown
from tests.postgres import own_database


async def test_a_database_that_fails_is_asked_twice_and_the_desk_is_told(engine: Engine) -> None:
    asked: list[Session] = []

    def work(session: Session) -> None:
        asked.append(session)
        session.execute(text("SELECT 'ada@example.org' FROM nowhere"))

    with pytest.raises(BackendDown) as caught:
        await ask_database(engine, "Reading", work)
    assert len(asked) == 2
    assert caught.value.tried == ("Reading at the database: failed (OperationalError), twice",)


async def test_a_passing_failure_is_seen_by_nobody(engine: Engine) -> None:
    asked: list[Session] = []

    def work(session: Session) -> str:
        asked.append(session)
        if len(asked) == 1:
            raise OperationalError("", None, Exception("gone"))
        return str(session.scalar(text("SELECT 'there'")))

    assert await ask_database(engine, "Reading", work) == "there"


async def test_postgresql_gives_up_on_a_slow_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "STATEMENT_MS", 50)
    with own_database() as url:
        engine = create_engine(url)
        with pytest.raises(BackendDown) as caught:
            await ask_database(engine, "Reading", lambda s: s.execute(text("SELECT pg_sleep(9)")))
        engine.dispose()
    assert caught.value.tried == ("Reading at the database: failed (QueryCanceled), twice",)
