"""Who the tools work for."""

from __future__ import annotations

from dataclasses import dataclass

from handrail.tools.errors import NotVerified


@dataclass(frozen=True)
class Asker:
    """Who is asking, as the run's context has it; no tool argument can change it.

    `customer_id` is None for a visitor; `verified` says that the host vouches for the customer.
    """

    customer_id: str | None
    verified: bool
    locale: str
    thread_id: str

    def account(self) -> str:
        """Return the customer id of a verified customer. Raises NotVerified."""
        if not self.verified or self.customer_id is None:
            raise NotVerified
        return self.customer_id
