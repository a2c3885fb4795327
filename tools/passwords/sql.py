"""Password resets in an SQL database, with an outbox table for the mail."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert, literal, select, update
from sqlalchemy.orm import Session

from handrail.prompts.load import load
from handrail.store.accounts import OutboxRow, ResetRequestRow
from handrail.store.customers.sql import CustomerRow, email_key
from handrail.tools.backend import ask_database

LIFETIME = timedelta(minutes=30)
LINK = "https://www.fernhill.example/reset-password?token={token}"


def hash_of(token: str) -> str:
    """Return what is kept of a token: enough to know it again, not enough to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class SqlPasswords:
    """Write requests to `reset_requests` and mails to `outbox`.

    The statements are the same whether there is an account or not: SQL finds the owner, and
    no branch here depends on it. The token itself stands in the mail and nowhere else.
    """

    def __init__(
        self,
        engine: Engine,
        link: str = LINK,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._link = link
        self._clock = clock

    async def request_reset(self, identifier: str) -> None:
        """Mail a link to the owner of an account, if there is one. Raises BackendDown."""
        moment = self._clock()
        now, expiry = (at.isoformat(timespec="seconds") for at in (moment, moment + LIFETIME))
        token = secrets.token_urlsafe(32)
        subject, body = _mail(self._link.replace("{token}", token))
        is_owner = (
            CustomerRow.email_key == email_key(identifier)
            if "@" in identifier
            else CustomerRow.id == identifier
        )
        owner = select(CustomerRow.id).where(is_owner).scalar_subquery()
        older = update(ResetRequestRow).where(
            ResetRequestRow.customer_id == owner, ResetRequestRow.revoked_at.is_(None)
        )
        request = insert(ResetRequestRow).values(
            token_hash=hash_of(token), customer_id=owner, requested_at=now, expires_at=expiry
        )
        letter = select(CustomerRow.email, literal(subject), literal(body), literal(now))
        mail = insert(OutboxRow).from_select(
            ["address", "subject", "body", "created_at"], letter.where(is_owner)
        )

        def work(session: Session) -> None:
            session.execute(
                older.values(revoked_at=now), execution_options={"synchronize_session": False}
            )
            session.execute(request)
            session.execute(mail)

        await ask_database(self._engine, "Requesting a password reset", work)


def _mail(link: str) -> tuple[str, str]:
    """Return the mail's subject and body: the first line of its file, and the rest."""
    minutes = str(LIFETIME // timedelta(minutes=1))
    text = load("mails/password_reset").replace("{minutes}", minutes).replace("{link}", link)
    subject, _, body = text.partition("\n")
    return subject, body.strip()
