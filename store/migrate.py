"""Bring a database to the schema this version works with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from handrail.store.base import down
from handrail.store.errors import StoreDown

if TYPE_CHECKING:
    from alembic.config import Config

STEPS = Path(__file__).parent / "migrations"
BEFORE_NUMBERS = "0001"  # the schema of databases from before there were migrations
LOCK = 0x68616E64  # any number, as long as everybody who migrates takes the same


def migrate(engine: Engine, to: str = "head") -> str:
    """Bring the schema to a revision, up or down; return the one it was at, "" where empty.

    Everything in one transaction, under a lock: of several processes that start at once one does
    it, and the others find it done. Raises StoreDown; then nothing was changed.
    """
    if to == "head" and _is_newest(engine):
        return newest()
    # Alembic takes some megabytes, which a process that finds all done does without.
    from alembic import command  # noqa: PLC0415

    config = _config()
    known = revisions()
    if to not in {"head", "base", *known}:
        what, mend = f"There is no revision {to!r}", f"Name one of {', '.join(known)}, head, base."
        raise StoreDown(what, mend)
    try:
        with engine.connect() as connection:
            was = revision_of(connection)
            if was == to:
                return was
            connection.rollback()
            with _alone(connection):
                was = _known(known, revision_of(connection))
                config.attributes["connection"] = connection
                if not was and inspect(connection).has_table("handoffs"):
                    was = BEFORE_NUMBERS
                    command.stamp(config, was)
                (command.downgrade if _is_older(known, to, was) else command.upgrade)(config, to)
            return was
    except DBAPIError as problem:
        raise down("Changing the schema", problem) from problem


def newest() -> str:
    """Return the newest revision, by the names of the steps (`v0003_reviews.py`)."""
    return max(path.stem[1:5] for path in STEPS.glob("versions/v*.py"))


def _is_newest(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            at = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
            return list(at) == [newest()]
    except DBAPIError as problem:
        raise down("Changing the schema", problem) from problem


def revisions() -> list[str]:
    """Return the revisions of the schema, the first one first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    steps = ScriptDirectory.from_config(_config()).walk_revisions()
    return [step.revision for step in steps][::-1]


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def revision_of(connection: Connection) -> str:
    """Return the revision of a database's schema, "" where it has none."""
    from alembic.migration import MigrationContext  # noqa: PLC0415 - as above

    return MigrationContext.configure(connection).get_current_revision() or ""


def _known(known: list[str], was: str) -> str:
    if was and was not in known:
        what = f"The database is at revision {was}, made by a newer version of Handrail"
        raise StoreDown(what, "Install that version, or go back with its `handrail migrate --to`.")
    return was


def _is_older(known: list[str], to: str, was: str) -> bool:
    order = ["base", *known, "head"]
    return order.index(to) < order.index(was or "base")


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Give a transaction in which nobody else migrates, and commit it."""
    if connection.dialect.name != "sqlite":
        with connection.begin():
            connection.execute(text("SELECT pg_advisory_xact_lock(:it)"), {"it": LOCK})
            yield
        return
    # A table that is made anew is dropped first: what refers to it must not stand in the way.
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise StoreDown(f"Rows would refer to nothing: {broken[:3]}", "Please report this.")
        connection.commit()
    finally:
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
