from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from handrail.store.accounts import OutboxRow, ResetRequestRow
from handrail.tools.asker import Asker
from handrail.tools.effect import Effect
from handrail.tools.passwords.sql import SqlPasswords
from handrail.tools.passwords.tool import password_tool


@pytest.fixture
def passwords(engine: Engine) -> SqlPasswords:
    return SqlPasswords(engine)


def sent(engine: Engine) -> list[OutboxRow]:
    with Session(engine) as session:
        return list(session.scalars(select(OutboxRow)))


async def test_known_and_unknown_addresses_get_the_same_answer_to_the_letter(
    engine: Engine, passwords: SqlPasswords, visitor: Asker
) -> None:
    tool = password_tool(visitor, passwords)
    answers = [
        await tool.ainvoke({"email": email}) for email in ("ada@example.org", "no@example.org")
    ]
    assert answers == ['{"outcome": "accepted"}'] * 2
    with Session(engine) as session:
        assert len(list(session.scalars(select(ResetRequestRow)))) == 2


async def test_no_token_is_in_anything_returned(
    engine: Engine, passwords: SqlPasswords, ada: Asker
) -> None:
    answer = await password_tool(ada, passwords).ainvoke({"email": "ada@example.org"})
    [mail] = sent(engine)
    token = mail.body.split("token=")[1].split()[0]
    assert token not in answer
    assert "http" not in answer
    assert "Ada@Example.org" not in answer


async def test_a_verified_customer_needs_no_address(
    engine: Engine, passwords: SqlPasswords, ada: Asker
) -> None:
    assert json.loads(await password_tool(ada, passwords).ainvoke({})) == {"outcome": "accepted"}
    assert [mail.address for mail in sent(engine)] == ["Ada@Example.org"]


@pytest.mark.parametrize("arguments", [{}, {"email": None}, {"email": " "}, {"email": "ada"}])
async def test_nobody_known_and_no_address_asks_for_one(
    engine: Engine, passwords: SqlPasswords, ada: Asker, visitor: Asker, arguments: dict[str, Any]
) -> None:
    for asker in (visitor, replace(ada, verified=False)):
        answer = json.loads(await password_tool(asker, passwords).ainvoke(arguments))
        assert answer == {"outcome": "need_email"}
    assert sent(engine) == []


async def test_an_identity_among_the_arguments_counts_for_nothing(
    engine: Engine, passwords: SqlPasswords, visitor: Asker
) -> None:
    claim = {"customer_id": "ada", "verified": True, "address": "thief@example.org"}
    answer = json.loads(await password_tool(visitor, passwords).ainvoke(claim))
    assert answer == {"outcome": "need_email"}
    assert sent(engine) == []


def test_it_says_that_it_writes(passwords: SqlPasswords, ada: Asker) -> None:
    assert password_tool(ada, passwords).effect is Effect.WRITE
