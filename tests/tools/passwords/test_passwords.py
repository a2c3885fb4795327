"""What every adapter of Passwords keeps to, and what the SQL one keeps at rest."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from handrail.store.accounts import OutboxRow, ResetRequestRow
from handrail.tools.errors import BackendDown
from handrail.tools.passwords.sql import SqlPasswords, hash_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def passwords(engine: Engine) -> SqlPasswords:
    return SqlPasswords(engine, clock=lambda: NOON)


def rows(engine: Engine) -> tuple[list[ResetRequestRow], list[OutboxRow]]:
    with Session(engine) as session:
        return list(session.scalars(select(ResetRequestRow))), list(
            session.scalars(select(OutboxRow))
        )


def token_in(mail: OutboxRow) -> str:
    found = re.search(r"https://www\.fernhill\.example/reset-password\?token=(\S+)", mail.body)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "typed", ["Ada@Example.org", "ada@example.ORG", "  ada@example.org ", "ada"]
)
async def test_the_owner_gets_a_link_at_the_address_on_file(
    engine: Engine, passwords: SqlPasswords, typed: str
) -> None:
    await passwords.request_reset(typed)
    _, [mail] = rows(engine)
    assert mail.address == "Ada@Example.org"
    assert mail.subject
    assert "30 minutes" in mail.body
    assert len(token_in(mail)) >= 40


async def test_only_the_hash_is_kept_and_it_expires(
    engine: Engine, passwords: SqlPasswords
) -> None:
    await passwords.request_reset("ada@example.org")
    [request], [mail] = rows(engine)
    token = token_in(mail)
    assert request.token_hash == hash_of(token)
    assert request.customer_id == "ada"
    assert request.expires_at == "2026-03-01T12:30:00+00:00"
    assert request.revoked_at is None
    values = [getattr(request, column.key) for column in ResetRequestRow.__table__.columns]
    assert not any(token in str(value) for value in values)


async def test_a_new_link_revokes_the_older_ones_of_that_account_only(
    engine: Engine, passwords: SqlPasswords
) -> None:
    for typed in ("ada@example.org", "bo@example.org", "nobody@example.org", "ada@example.org"):
        await passwords.request_reset(typed)
    requests, _ = rows(engine)
    live = sorted(str(r.customer_id) for r in requests if r.revoked_at is None)
    assert live == ["None", "ada", "bo"]
    assert len({request.token_hash for request in requests}) == 4


async def test_an_unknown_account_takes_the_same_statements_and_leaves_the_same_request(
    engine: Engine, passwords: SqlPasswords
) -> None:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    taken: list[list[str]] = []
    for typed in ("bo@example.org", "nobody@example.org"):
        seen.clear()
        await passwords.request_reset(typed)
        taken.append(list(seen))
    event.remove(engine, "before_cursor_execute", note)
    assert taken[0] == taken[1]
    requests, mails = rows(engine)
    assert [request.customer_id for request in requests].count(None) == 1
    assert len(requests) == 2
    assert [mail.address for mail in mails] == ["bo@example.org"]


@pytest.mark.parametrize("typed", ["", "%", "@", "ada@example.org' OR '1'='1", "ad", "bo@example"])
async def test_what_is_not_quite_an_account_gets_no_mail(
    engine: Engine, passwords: SqlPasswords, typed: str
) -> None:
    await passwords.request_reset(typed)
    assert rows(engine)[1] == []


async def test_a_database_that_fails_is_backend_down_and_nothing_is_kept(
    engine: Engine, passwords: SqlPasswords
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")
    with pytest.raises(BackendDown, match="Requesting a password reset failed") as caught:
        await passwords.request_reset("ada@example.org")
    assert "token=" not in repr(caught.value)
    assert "token=" not in repr(caught.value.__cause__)
    with Session(engine) as session:
        assert list(session.scalars(select(ResetRequestRow))) == []
