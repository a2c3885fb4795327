"""The shop's orders, as tables. Orders belong to customers; prices are in euro cents."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Literal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handrail.store.base import Base

OrderStatus = Literal[
    "processing", "packed", "shipped", "out_for_delivery", "delivered", "cancelled", "returned"
]
_NUMBER = re.compile(r"[\W_]*([^\W\d_]*)[\W_]*(.*?)[\W_]*", re.DOTALL)


def split_number(number: str) -> tuple[str, str]:
    """Return an order number as (prefix, rest), without case, spaces and signs between the two.

    " #fh 10421" gives ("FH", "10421"), and "10421-2" gives ("", "10421-2").
    """
    folded = "".join(unicodedata.normalize("NFKC", number).upper().split())
    parts = _NUMBER.fullmatch(folded)
    return (parts[1], parts[2]) if parts else ("", folded)


class OrderRow(Base):
    """One order. `prefix` and `rest` are its number as `split_number` gives it."""

    __tablename__ = "orders"
    __table_args__ = (Index(None, "customer_id", "rest"),)

    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    prefix: Mapped[str] = mapped_column(String(64))
    rest: Mapped[str] = mapped_column(String(64))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    status: Mapped[OrderStatus] = mapped_column(String(32))
    placed_on: Mapped[date | None]
    carrier: Mapped[str | None] = mapped_column(String(100))
    tracking: Mapped[str | None] = mapped_column(String(100))
    expected_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    items: Mapped[list[OrderItemRow]] = relationship(
        order_by="OrderItemRow.position", cascade="all, delete-orphan", lazy="selectin"
    )


class OrderItemRow(Base):
    """One line of an order, in the order's own sequence."""

    __tablename__ = "order_items"

    order_number: Mapped[str] = mapped_column(ForeignKey("orders.number"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(300))
    quantity: Mapped[int]
    price_cents: Mapped[int]
