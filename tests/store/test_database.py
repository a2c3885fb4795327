from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from handrail.store.base import Base as BaseItself
from handrail.store.base import transact
from handrail.store.database import TABLES, Base, open_database
from handrail.store.errors import StoreDown
from handrail.store.migrate import migrate


def test_an_sqlite_file_gets_its_folder_wal_foreign_keys_and_a_busy_timeout(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'a' / 'b' / 'handrail.db'}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_folder_that_cannot_be_made_says_what_to_mend(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(StoreDown, match="HANDRAIL_DATA") as caught:
        open_database(f"sqlite:///{tmp_path / 'taken' / 'handrail.db'}")
    assert str(tmp_path / "taken") in caught.value.what


def test_a_read_only_folder_says_what_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The administrator may write anywhere, so the test asks as somebody who may not.
    monkeypatch.setattr("handrail.store.database.os.access", lambda *_: False)
    with pytest.raises(StoreDown, match=r"read-only.*HANDRAIL_DATA"):
        open_database(f"sqlite:///{tmp_path / 'handrail.db'}")


def test_a_file_that_is_no_database_is_store_down(tmp_path: Path) -> None:
    file = tmp_path / "handrail.db"
    file.write_text("not a database, however long it is " * 100)
    with pytest.raises(StoreDown, match="not a database") as caught:
        open_database(f"sqlite:///{file}")
    assert str(file) in caught.value.what


@pytest.mark.parametrize("url", ["nonsense", "nosuchdatabase://host/name"])
def test_a_bad_url_says_how_to_write_one(url: str) -> None:
    with pytest.raises(StoreDown) as caught:
        open_database(url)
    assert "sqlite:///" in caught.value.mend


def test_every_table_is_named_and_created(tmp_path: Path) -> None:
    assert Base is BaseItself
    engine = open_database(f"sqlite:///{tmp_path / 'handrail.db'}")
    migrate(engine)
    migrate(engine)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    named = {row.__tablename__ for row in TABLES}
    assert named == set(Base.metadata.tables) == found - {"alembic_version"}


def test_a_store_that_fails_keeps_values_out_of_its_error(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'handrail.db'}")
    insert = text("INSERT INTO nowhere VALUES (:secret)")
    with pytest.raises(StoreDown) as caught:
        transact(engine, "Testing", lambda session: session.execute(insert, {"secret": "s3cret"}))
    engine.dispose()
    chain = [caught.value, caught.value.__cause__]
    assert caught.value.what.startswith("Testing failed: OperationalError")
    assert not any("s3cret" in str(error) for error in chain)


def test_foreign_keys_are_enforced(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'handrail.db'}")
    migrate(engine)
    orphan = text(
        "INSERT INTO order_items (order_number, position, name, quantity, price_cents)"
        " VALUES ('FH-1', 1, 'Lamp', 1, 100)"
    )
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(orphan)
    engine.dispose()
