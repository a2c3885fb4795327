"""Customers, as the company's records have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Customer:
    """One customer. `locale` is a language code such as "en" or "pt-BR"."""

    id: str
    name: str
    email: str
    locale: str
    vip: bool
    phone: str | None = None
    account_manager: str | None = None


class Customers(Protocol):
    """Read the company's customer records."""

    async def get(self, customer_id: str) -> Customer | None:
        """Return a customer, None where there is no such id. Raises StoreDown."""
        ...
