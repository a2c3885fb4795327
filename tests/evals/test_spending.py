"""What models took is added up by the path that each episode came to."""

from io import StringIO

import pytest
from rich.console import Console

from handrail.evals.spending import OPEN, Spending, show_spending, spending_by_path
from handrail.store.audit.protocol import AuditEvent
from handrail.store.csat.protocol import Resolution
from tests.fake_services import fake_services

AT = "2026-11-20T10:00:00+00:00"


def turn(number, thread, action="reply", usage=None, at=AT):
    facts = {"route": "automate", "topic": "refund_policy", "channel": "chat"}
    if usage:
        facts["usage"] = {"models": ["openai:a"], "currency": "EUR", **usage}
    return AuditEvent(f"e-{number}", at, thread, 1, "ai", action, "p-1", facts)


def took(calls=1, cost=0.5):
    return {"calls": calls, "input": 100, "cached": 60, "output": 10, "cost": cost}


@pytest.fixture
async def services():
    found = fake_services()
    for event in (
        turn(1, "t-1", usage=took(calls=2)),
        turn(2, "t-1", usage=took()),
        turn(3, "t-2", usage=took()),
        turn(4, "t-3", action="escalate", usage=took(cost=None)),
        turn(5, "t-4"),
    ):
        await found.audit.record(event)
    return found


async def test_by_path(services):
    await services.csat.resolved(Resolution(key="t-1:1", path="ai", by="customer", at=AT))
    found = await spending_by_path(services)
    assert found == {
        "ai": Spending(1, 3, 200, 120, 20, 1.0, "EUR"),
        OPEN: Spending(2, 2, 200, 120, 20, None, "EUR"),
    }


async def test_a_period(services):
    assert await spending_by_path(services, since="2026-11-21") == {}


async def test_the_table_says_what_is_not_known(services):
    out = StringIO()
    show_spending(Console(file=out, width=120), await spending_by_path(services))
    assert "no price in policy.toml" in out.getvalue()
    silent = StringIO()
    show_spending(Console(file=silent), {})
    assert silent.getvalue() == ""
