"""Load the demo company's customers and orders, with dates counted from today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Engine

from handrail.prompts.load import from_yaml
from handrail.store.demo.rows import BadCompany, customer_row, order_row, save
from handrail.store.shop import OrderRow, OrderStatus


class Part(BaseModel):
    """One row of the file: a key that is not known is an error."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


class CustomerPart(Part):
    """A customer, as written in the file."""

    id: str
    name: str
    email: str
    locale: str = "en"
    vip: bool = False
    phone: str | None = None
    account_manager: str | None = None


class ItemPart(Part):
    """One line of an order, as written in the file."""

    name: str
    quantity: int = Field(default=1, ge=1)
    price_eur: Decimal = Field(ge=0, decimal_places=2)


class OrderPart(Part):
    """An order, as written in the file: days ago and days ahead instead of dates."""

    number: str
    customer: str
    placed_days_ago: int
    status: OrderStatus
    items: list[ItemPart] = Field(min_length=1)
    carrier: str | None = None
    tracking: str | None = None
    expected_in_days: int | None = None
    delivered_days_ago: int | None = None


class Company(BaseModel):
    """What the loader needs of the file; other tables in it are other readers' concern."""

    customers: list[CustomerPart]
    orders: list[OrderPart]


def load_company(engine: Engine, path: Path, *, today: date | None = None) -> None:
    """Put a company file into the tables; loading it again updates them and adds nothing.

    Raises BadCompany or StoreDown.
    """
    try:
        company = Company.model_validate(from_yaml(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise BadCompany(path, [f"cannot be read: {problem}"]) from problem
    except ValidationError as problem:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors()]
        raise BadCompany(path, lines) from problem
    customers = [customer_row(**part.model_dump()) for part in company.customers]
    day = today or datetime.now(UTC).date()
    save(engine, path, customers, [_order_row(part, day) for part in company.orders])


def _order_row(part: OrderPart, today: date) -> OrderRow:
    def ago(days: int | None) -> date | None:
        return None if days is None else today - timedelta(days=days)

    ahead = part.expected_in_days
    return order_row(
        part.number,
        part.customer,
        part.status,
        [(item.name, item.quantity, item.price_eur) for item in part.items],
        placed_on=ago(part.placed_days_ago),
        carrier=part.carrier,
        tracking=part.tracking,
        expected_on=ago(None if ahead is None else -ahead),
        delivered_on=ago(part.delivered_days_ago),
    )
