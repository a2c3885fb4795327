"""The embedded identity provider: links at the address on file, and only hashes at rest."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from handrail.models.wording import Wording
from handrail.store.accounts import ResetRequestRow
from handrail.store.customers.sql import CustomerRow, SqlCustomers
from handrail.tools.errors import BackendDown
from handrail.tools.passwords.embedded import LIFETIME, EmbeddedProvider, hash_of
from tests.fake_services import FakePost

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Shop:
    def __init__(self, engine: Engine) -> None:
        self.now = NOON
        self.post = FakePost()
        self.provider = EmbeddedProvider(
            engine, SqlCustomers(engine), self.post, Wording(), clock=lambda: self.now
        )

    def token(self, which: int = -1) -> str:
        found = re.search(
            r"https://www\.fernhill\.example/reset-password\?token=(\S+)",
            self.post.letters[which].body,
        )
        assert found
        return found[1]


@pytest.fixture
def shop(engine: Engine) -> Shop:
    return Shop(engine)


@pytest.mark.parametrize(
    "typed", ["Ada@Example.org", "ada@example.ORG", "  ada@example.org ", "ada"]
)
async def test_the_owner_gets_a_link_at_the_address_on_file(shop: Shop, typed: str) -> None:
    assert await shop.provider.send_reset(typed, key="e-1") == "sent"
    [letter] = shop.post.letters
    assert letter.address == "Ada@Example.org"
    assert letter.subject == "Choose a new password"
    assert "30 minutes" in letter.body
    assert len(shop.token()) >= 40
    assert shop.token() not in repr(letter)


async def test_only_the_hash_is_kept(shop: Shop, engine: Engine) -> None:
    await shop.provider.send_reset("ada@example.org", key="e-1")
    with Session(engine) as session:
        [row] = session.scalars(select(ResetRequestRow))
    assert (row.token_hash, row.customer_id) == (hash_of(shop.token()), "ada")
    assert row.expires_at == "2026-03-01T12:30:00+00:00"
    with engine.connect() as connection:
        assert shop.token() not in str(connection.execute(text("SELECT * FROM reset_requests")))


async def test_a_token_works_once(shop: Shop) -> None:
    await shop.provider.send_reset("ada@example.org", key="e-1")
    assert [await shop.provider.redeem(shop.token()) for _ in range(2)] == ["ada", None]
    assert await shop.provider.redeem("made up") is None


async def test_a_token_expires(shop: Shop) -> None:
    await shop.provider.send_reset("ada@example.org", key="e-1")
    shop.now += LIFETIME
    assert await shop.provider.redeem(shop.token()) is None


async def test_a_new_link_revokes_the_older_ones_of_that_account_only(shop: Shop) -> None:
    for number, typed in enumerate(("ada@example.org", "bo@example.org", "ada@example.org")):
        await shop.provider.send_reset(typed, key=f"e-{number}")
    assert await shop.provider.redeem(shop.token(0)) is None
    assert await shop.provider.redeem(shop.token(1)) == "bo"
    assert await shop.provider.redeem(shop.token(2)) == "ada"


@pytest.mark.parametrize(
    "typed", ["", "%", "@", "ada@example.org' OR '1'='1", "ad", "bo@example", "no@example.org"]
)
async def test_what_is_no_account_gets_no_mail(shop: Shop, typed: str) -> None:
    assert await shop.provider.send_reset(typed, key="e-1") == "no_account"
    assert shop.post.letters == []


async def test_a_locked_account_is_told_so_and_gets_no_link(shop: Shop, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(CustomerRow).where(CustomerRow.id == "ada").values(locked=True))
    assert await shop.provider.send_reset("ada@example.org", key="e-1") == "locked"
    [letter] = shop.post.letters
    assert "locked" in letter.subject
    assert "http" not in letter.body


async def test_mail_that_fails_says_nothing_of_the_token(shop: Shop, engine: Engine) -> None:
    shop.post.problem = BackendDown("The mail server took no mail: TimeoutError", "Check it.")
    with pytest.raises(BackendDown) as caught:
        await shop.provider.send_reset("ada@example.org", key="e-1")
    assert "token" not in repr(caught.value)
    assert "token" not in repr(caught.value.__cause__)


async def test_links_last_half_an_hour() -> None:
    assert timedelta(minutes=30) == LIFETIME  # the words of the mail say so
