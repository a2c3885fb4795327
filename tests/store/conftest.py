"""Databases that every store's contract is tested on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from handrail.store.database import create_tables, open_database


@pytest.fixture(params=["file", "memory"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = (
        f"sqlite:///{tmp_path / 'data' / 'handrail.db'}" if request.param == "file" else "sqlite://"
    )
    engine = open_database(url)
    create_tables(engine)
    yield engine
    engine.dispose()
