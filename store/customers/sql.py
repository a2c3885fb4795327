"""Customers in an SQL database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Row, Select, String, bindparam, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handrail.store.base import Base, in_transaction
from handrail.store.customers.protocol import Customer, email_key


class CustomerRow(Base):
    """One customer. `email_key` finds an address whatever its case, on every database."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), unique=True)
    locale: Mapped[str] = mapped_column(String(35))
    vip: Mapped[bool]
    phone: Mapped[str | None] = mapped_column(String(50))
    account_manager: Mapped[str | None] = mapped_column(String(300))
    locked: Mapped[bool] = mapped_column(default=False, server_default=false())


# By columns, past the ORM: a turn asks for one row, and reads it once.
_TABLE = CustomerRow.__table__
_BY_ID = select(_TABLE).where(_TABLE.c.id == bindparam("wanted"))
_BY_EMAIL = select(_TABLE).where(_TABLE.c.email_key == bindparam("wanted"))


class SqlCustomers:
    """Read customers from the `customers` table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def get(self, customer_id: str) -> Customer | None:
        """Return a customer, None where there is no such id. Raises StoreDown."""
        return await self._one("Reading a customer", _BY_ID, customer_id)

    async def find(self, identifier: str) -> Customer | None:
        """Return the customer with this e-mail address, in any case, or this id."""
        if "@" in identifier:
            return await self._one("Finding a customer", _BY_EMAIL, email_key(identifier))
        return await self._one("Finding a customer", _BY_ID, identifier)

    async def _one(self, doing: str, wanted: Select[Any], value: str) -> Customer | None:
        def work(session: Session) -> Customer | None:
            row = session.execute(wanted, {"wanted": value}).one_or_none()
            return _customer(row) if row else None

        return await in_transaction(self._engine, doing, work)


def _customer(row: Row[Any]) -> Customer:
    return Customer(
        id=row.id,
        name=row.name,
        email=row.email,
        locale=row.locale,
        vip=row.vip,
        phone=row.phone,
        account_manager=row.account_manager,
        locked=row.locked,
    )
