"""The tool leaves one errand, and answers alike for whoever it is for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handrail.store.audit.memory import MemoryAudit
from handrail.store.errands.memory import MemoryErrands
from handrail.store.errands.protocol import Errand
from handrail.tools.asker import Asker
from handrail.tools.effect import Effect
from handrail.tools.errands.leaving import LeaveErrands
from handrail.tools.errors import BackendDown
from handrail.tools.ledger import Ledger
from handrail.tools.passwords.tool import password_tool

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Desk:
    def __init__(self) -> None:
        self.now = NOON
        self.errands, self.audit = MemoryErrands(), MemoryAudit()
        self.leave = LeaveErrands(self.errands, lambda: self.now)
        self.ledger = Ledger(self.audit, lambda: self.now)

    async def ask(self, asker: Asker, **arguments: Any) -> str:
        return str(await password_tool(asker, self.leave, self.ledger).ainvoke(arguments))

    async def left(self) -> list[Errand]:
        due = await self.errands.due("2026-03-02", "2026-03-02")
        return [leased.errand for leased in due]


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_known_and_unknown_addresses_get_the_same_answer_to_the_letter(desk, visitor):
    asked = [replace(visitor, turn=f"m-{n}") for n in range(2)]
    answers = [
        await desk.ask(asker, email=email)
        for asker, email in zip(asked, ("ada@example.org", "no@example.org"), strict=True)
    ]
    assert answers == ['{"outcome": "accepted"}'] * 2
    left = await desk.left()
    assert sorted(errand.identifier for errand in left) == ["ada@example.org", "no@example.org"]


async def test_a_verified_customer_needs_no_address(desk, ada):
    assert json.loads(await desk.ask(ada)) == {"outcome": "accepted"}
    [errand] = await desk.left()
    assert (errand.identifier, errand.is_id, errand.kind) == ("ada", True, "password_reset")


@pytest.mark.parametrize("arguments", [{}, {"email": None}, {"email": " "}, {"email": "ada"}])
async def test_nobody_known_and_no_address_asks_for_one(desk, ada, visitor, arguments):
    for asker in (visitor, replace(ada, verified=False)):
        assert json.loads(await desk.ask(asker, **arguments)) == {"outcome": "need_email"}
    assert await desk.left() == []
    assert await desk.audit.list("t-1") == ()


async def test_an_identity_among_the_arguments_counts_for_nothing(desk, visitor):
    claim = {"customer_id": "ada", "verified": True, "address": "thief@example.org"}
    assert json.loads(await desk.ask(visitor, **claim)) == {"outcome": "need_email"}
    assert await desk.left() == []


async def test_a_turn_that_runs_again_leaves_one_errand_and_one_audit_row(desk, visitor):
    for _ in range(3):
        await desk.ask(visitor, email="ada@example.org")
    assert len(await desk.left()) == 1
    [row] = await desk.audit.list("t-2")
    assert (row.action, row.actor) == ("tool.send_password_reset", "ai")
    assert "example.org" not in str(row)


async def test_what_cannot_be_sent_is_not_promised(desk, visitor):
    await desk.ask(visitor, email="ada@example.org")
    desk.now += timedelta(minutes=3)
    for email in ("ada@example.org", "no@example.org"):
        with pytest.raises(BackendDown, match="do not get done"):
            await desk.ask(replace(visitor, turn="m-2"), email=email)


def test_it_says_that_it_writes_and_to_whom(desk, ada):
    tool = password_tool(ada, desk.leave, desk.ledger)
    assert (tool.effect, tool.to_owner_only) == (Effect.WRITE, True)
