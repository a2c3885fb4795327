"""The PostgreSQL server that production stands on: is it there, and has it our databases?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from handrail.app.prod.errors import CannotStart

CONNECT_SECONDS = 5


@dataclass(frozen=True)
class Databases:
    """The stores' database and the engine's, as URLs, and how many connections the server takes."""

    ours: str
    engine: str
    connections: int


def open_databases(server: str, prefix: str) -> Databases:
    """Create the two databases where they are missing. Raises CannotStart."""
    address = _address(server)
    names = (prefix, f"{prefix}_engine")
    with _connected(address) as connection:
        for name in names:
            known = text("SELECT 1 FROM pg_database WHERE datname = :name")
            if not connection.execute(known, {"name": name}).scalar():
                connection.execute(text(f'CREATE DATABASE "{name}"'))
        most = int(connection.execute(text("SHOW max_connections")).scalar_one())
    ours, engine = (address.set(database=name) for name in names)
    return Databases(
        ours.render_as_string(hide_password=False),
        engine.set(drivername="postgresql").render_as_string(hide_password=False),
        most,
    )


def drop_databases(server: str, prefix: str) -> None:
    """Drop both databases, whoever is in them. Raises CannotStart."""
    with _connected(_address(server)) as connection:
        for name in (prefix, f"{prefix}_engine"):
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def answers(server: str) -> bool:
    """Tell whether the server takes connections."""
    try:
        with _connected(_address(server)):
            return True
    except CannotStart:
        return False


def _address(server: str) -> URL:
    return make_url(server).set(drivername="postgresql+psycopg", database="postgres")


@contextmanager
def _connected(address: URL) -> Iterator[Connection]:
    """Give a connection outside transactions, and leave nothing of it."""
    server = create_engine(
        address, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": CONNECT_SECONDS}
    )
    try:
        with server.connect() as connection:
            yield connection
    except OperationalError as problem:
        raise CannotStart(
            f"PostgreSQL does not answer at {address.render_as_string()}: {problem.orig}",
            "Start it, or name another one in HANDRAIL_PROD_POSTGRES.",
        ) from problem
    finally:
        server.dispose()
