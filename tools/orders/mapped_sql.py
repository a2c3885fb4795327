"""Orders in a shop's own tables, read as its mapping says. Nothing is ever written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import (
    Column,
    Engine,
    MetaData,
    Select,
    Table,
    create_engine,
    event,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, NoSuchTableError
from sqlalchemy.orm import Session

from handrail.tools.backend import WHERE, ask_database
from handrail.tools.backends.attempt import tell
from handrail.tools.errors import BackendDown, BadSettings
from handrail.tools.orders.configuration import ItemJson, ItemTable, SqlMapping
from handrail.tools.orders.mapped_row import Row, Unreadable, column_of, order_from
from handrail.tools.orders.matching import pick
from handrail.tools.orders.moments import newest_first
from handrail.tools.orders.protocol import Order

DOING = "Reading a customer's orders"
CONNECT_SECONDS = 3


class MappedSqlOrders:
    """Read the tables that the mapping names. Every query names the customer."""

    def __init__(self, engine: Engine, mapping: SqlMapping) -> None:
        self._engine = engine
        self._mapping = mapping
        self._known: dict[str, Table] = {}

    async def for_customer(self, customer_id: str) -> list[Order]:
        """Return all orders of a customer, newest first. Raises BackendDown."""
        return await ask_database(
            self._engine, DOING, lambda session: self._read(session, customer_id)
        )

    async def find(self, customer_id: str, number: str) -> Order:
        """Return the customer's order with this number. Raises OrderNotFound or BackendDown."""
        return pick(await self.for_customer(customer_id), number)

    def _read(self, session: Session, customer_id: str) -> list[Order]:
        mapping = self._mapping
        places = [place for place in mapping.columns.model_dump().values() if place is not None]
        names = [column_of(place) for place in places]
        if isinstance(mapping.items, ItemJson):
            names.append(mapping.items.column)
        if isinstance(mapping.items, ItemTable):
            names.append(mapping.items.key)
        table = self._table(session, mapping.table, names)
        owner = table.c[mapping.columns.customer_id]
        known, theirs = _as_stored(owner, customer_id)
        if not known:
            return []
        rows = self._rows(session, select(*(table.c[n] for n in set(names))).where(owner == theirs))
        lines = self._lines(session, rows)
        try:
            orders = [order_from(row, mine, mapping) for row, mine in zip(rows, lines, strict=True)]
        except Unreadable as problem:
            _refuse(f"a row does not fit the mapping ({problem})")
        return newest_first(orders)

    def _lines(self, session: Session, rows: Sequence[Row]) -> list[list[Row]]:
        """Return the lines of each row, in one query."""
        items = self._mapping.items
        if not isinstance(items, ItemTable):
            return [[] for _ in rows]
        wanted = [items.order, items.name, items.quantity, items.price]
        names = list(dict.fromkeys(name for name in wanted if name))
        table = self._table(session, items.table, names)
        columns = [*table.primary_key.columns] or [table.c[items.name]]
        asked = select(*(table.c[name] for name in names)).order_by(*columns)
        keys = [row[items.key] for row in rows]
        found = self._rows(session, asked.where(table.c[items.order].in_(keys)))
        return [[line for line in found if line[items.order] == key] for key in keys]

    @staticmethod
    def _rows(session: Session, statement: Select[Any]) -> list[Row]:
        return [dict(row) for row in session.execute(statement).mappings()]

    def _table(self, session: Session, name: str, wanted: Sequence[str]) -> Table:
        """Return a table as the database knows it, looked up once. Raises BackendDown."""
        if name not in self._known:
            schema = self._mapping.db_schema
            try:
                table = Table(name, MetaData(), schema=schema, autoload_with=session.connection())
            except NoSuchTableError:
                _refuse(f"there is no table {name!r}")
            missing = sorted(set(wanted) - set(table.c.keys()))
            if missing:
                _refuse(f"the table {name!r} has no column {', '.join(map(repr, missing))}")
            self._known[name] = table
        return self._known[name]


def _refuse(reason: str) -> NoReturn:
    mend = "Correct the file that HANDRAIL_ORDERS names."
    raise BackendDown(f"{DOING} failed: {reason}", mend, tell(DOING, WHERE, [reason]))


def _as_stored(owner: Column[Any], customer_id: str) -> tuple[bool, Any]:
    """Return whether a customer can be in this column, and the id as the column holds it."""
    kind = owner.type.python_type
    if kind not in {int, UUID}:
        return True, customer_id
    try:
        stored = kind(customer_id)
    except ValueError:
        return False, None
    return str(stored) == customer_id.lower(), stored


def open_shop_database(url: str) -> Engine:
    """Return an engine that only reads; it connects at first use. Raises BadSettings."""
    mend = "Write it like postgresql+psycopg://reader:password@host/shop."
    try:
        address = make_url(url)
        if address.drivername in {"postgres", "postgresql"}:
            address = address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() == "postgresql":
            return create_engine(
                address, pool_pre_ping=True, hide_parameters=True,
                execution_options={"postgresql_readonly": True},
                connect_args={"connect_timeout": CONNECT_SECONDS},
            )  # fmt: skip
        engine = create_engine(address, pool_pre_ping=True, hide_parameters=True)
    except ArgumentError as problem:
        raise BadSettings("The address of the shop's database cannot be used", mend) from problem
    except ModuleNotFoundError as problem:
        what = "The driver of the shop's database is missing"
        raise BadSettings(what, f"Install the Python package {problem.name}.") from problem
    if address.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _read_only)
    return engine


def _read_only(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only = ON")
