"""Customers, as the company's records have them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Protocol


def email_key(email: str) -> str:
    """Return an address as it is compared: without case and surrounding space."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


@dataclass(frozen=True)
class Customer:
    """One customer. `locale` is a language code such as "en" or "pt-BR".

    A `locked` account gets no link for a new password and no one-time code.
    """

    id: str
    name: str
    email: str
    locale: str
    vip: bool
    phone: str | None = None
    account_manager: str | None = None
    locked: bool = False


class Customers(Protocol):
    """Read the company's customer records."""

    async def get(self, customer_id: str) -> Customer | None:
        """Return a customer, None where there is no such id. Raises StoreDown."""
        ...

    async def find(self, identifier: str) -> Customer | None:
        """Return the customer with this e-mail address, in any case, or this id. Raises StoreDown.

        Only for what runs behind the desk: in a conversation it would tell which accounts exist.
        """
        ...
