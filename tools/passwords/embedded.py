"""The embedded identity provider: the demo company's accounts in our own database."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, update
from sqlalchemy.orm import Session

from handrail.models.wording import Wording
from handrail.store.accounts import ResetRequestRow
from handrail.store.base import changed
from handrail.store.customers.protocol import Customers
from handrail.store.moment import iso
from handrail.tools.backend import ask_database
from handrail.tools.passwords.identity_provider import ResetResult
from handrail.tools.post.protocol import Letter, Post

LIFETIME = timedelta(minutes=30)
LINK = "https://www.fernhill.example/reset-password?token={token}"


def hash_of(token: str) -> str:
    """Return what is kept of a token: enough to know it again, not enough to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class EmbeddedProvider:
    """Mail a link with a token that works once, for half an hour; a new one revokes the older.

    The token stands in the mail and nowhere else. The owner of a locked account is told that it
    is locked, and gets no link.
    """

    def __init__(
        self,
        engine: Engine,
        customers: Customers,
        post: Post,
        wording: Wording,
        *,
        clock: Callable[[], datetime],
        link: str = LINK,
    ) -> None:
        self._engine = engine
        self._customers = customers
        self._post = post
        self._wording = wording
        self._clock = clock
        self._link = link

    async def send_reset(self, identifier: str, *, key: str) -> ResetResult:
        """Send a link to the owner of an account, if there is one. Raises BackendDown."""
        customer = await self._customers.find(identifier)
        if customer is None:
            return "no_account"
        language, values = customer.locale[:2], {}
        kind = "locked" if customer.locked else "reset"
        if not customer.locked:
            values = {"link": self._link.replace("{token}", await self._new_token(customer.id))}
        await self._post.send(
            Letter(
                id=key,
                address=customer.email,
                subject=self._wording.say(f"mail.{kind}.subject", language),
                body=self._wording.say(f"mail.{kind}.body", language, **values),
            )
        )
        return "locked" if customer.locked else "sent"

    async def redeem(self, token: str) -> str | None:
        """Use a token up, and return whose it is; None where it opens nothing. Raises BackendDown.

        For the shop's own page, on which the new password is chosen.
        """
        now = iso(self._clock())
        used = update(ResetRequestRow).where(
            ResetRequestRow.token_hash == hash_of(token),
            ResetRequestRow.revoked_at.is_(None),
            ResetRequestRow.expires_at > now,
        )

        def work(session: Session) -> str | None:
            if not changed(session, used.values(revoked_at=now)):
                return None
            row = session.get(ResetRequestRow, hash_of(token))
            return row.customer_id if row else None

        return await ask_database(self._engine, "Using a link for a new password", work)

    async def _new_token(self, customer_id: str) -> str:
        """Return a token of which only the hash is kept; the older ones end."""
        moment = self._clock()
        now, expiry = iso(moment), iso(moment + LIFETIME)
        token = secrets.token_urlsafe(32)
        older = update(ResetRequestRow).where(
            ResetRequestRow.customer_id == customer_id, ResetRequestRow.revoked_at.is_(None)
        )
        request = insert(ResetRequestRow).values(
            token_hash=hash_of(token), customer_id=customer_id, requested_at=now, expires_at=expiry
        )

        def work(session: Session) -> None:
            changed(session, older.values(revoked_at=now))
            session.execute(request)

        await ask_database(self._engine, "Requesting a password reset", work)
        return token
