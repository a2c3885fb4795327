"""Databases that every store's contract is tested on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from handrail.store.database import TABLES, Base, open_database
from tests.postgres import own_database


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    with own_database() as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


@pytest.fixture(params=["file", "memory", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "postgres":
        engine = request.getfixturevalue("postgres")
        Base.metadata.create_all(engine)  # a test may have dropped one
        names = ", ".join(row.__tablename__ for row in TABLES)
        with engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        yield engine
        return
    url = (
        f"sqlite:///{tmp_path / 'data' / 'handrail.db'}" if request.param == "file" else "sqlite://"
    )
    engine = open_database(url)
    # That this is what the migrations make, test_migrate says.
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
