"""What people are told of a handoff, in both stores: once each, and none of the customer's words."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from handrail.store.errors import StoreDown
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.store.handoffs.protocol import Entry, Handoffs
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.handoffs.tables import HandoffRow
from handrail.store.notifications.memory import MemoryNotifications
from handrail.store.notifications.protocol import Notification, Notifications
from handrail.store.notifications.sql import SqlNotifications
from tests.store.handoffs.test_handoffs import entry, packet, step

LATER = "2999-01-01T00:00:00+00:00"


@pytest.fixture(params=["sql", "memory"])
def stores(request: pytest.FixtureRequest, engine: Engine) -> tuple[Handoffs, Notifications]:
    if request.param == "sql":
        return SqlHandoffs(engine), SqlNotifications(engine)
    notifications = MemoryNotifications()
    return MemoryHandoffs(notifications), notifications


async def told(notifications: Notifications) -> list[Notification]:
    due = await notifications.due(["desk"], LATER, LATER, 100)
    return sorted((d.notification for d in due), key=lambda n: (n.created_at, n.id))


async def test_each_step_is_told_once_however_often_it_comes(stores: Any) -> None:
    handoffs, notifications = stores
    for _ in range(2):
        await handoffs.open(packet())
        for act, more in (
            ("claim", {}), ("note", {"text": "n"}), ("reply", {"text": "r"}),
            ("transfer", {"queue": "care"}), ("mark", {"false_handoff": True}),
        ):  # fmt: skip
            await handoffs.act("h-1", step(act, **more))
    await handoffs.act("h-1", step("claim", "omar"))
    await handoffs.act("h-1", step("resolve", "omar"))
    kinds = sorted(one.kind for one in await told(notifications))
    assert kinds == [
        "handoff.claimed", "handoff.claimed", "handoff.opened", "handoff.resolved",
        "handoff.transferred",
    ]  # fmt: skip


async def test_it_says_how_the_handoff_stands_and_nothing_the_customer_said(stores: Any) -> None:
    handoffs, notifications = stores
    await handoffs.open(packet())
    await handoffs.act("h-1", step("claim"))
    opened, claimed = await told(notifications)
    assert (opened.payload["status"], opened.payload["owner"]) == ("open", None)
    assert (claimed.payload["status"], claimed.payload["owner"]) == ("claimed", "noor")
    assert claimed.payload["reasons"] == ["legal"]
    for secret in ("message 1", "solicitor", "unsent", "legal: …"):
        assert secret not in str(opened) + str(claimed)


async def test_words_of_a_waiting_customer_are_told_and_marked_as_more_of_the_same(
    stores: Any,
) -> None:
    handoffs, notifications = stores
    await handoffs.open(packet(waiting_since=None))
    await handoffs.append("h-1", [entry(3), entry(4), entry(5), entry(3)])
    nameless = Entry(id="", role="customer", text="?", at=None)
    await handoffs.append("h-1", [nameless, nameless])
    messages = [one for one in await told(notifications) if one.kind == "handoff.message"]
    assert len({one.id for one in messages}) == 4
    again = {one.payload["position"]: one.payload["again"] for one in messages}
    assert again == {3: False, 5: True, 6: True, 7: True}


async def test_after_the_end_nobody_is_told_of_words(stores: Any) -> None:
    handoffs, notifications = stores
    await handoffs.open(packet())
    await handoffs.act("h-1", step("claim"))
    await handoffs.act("h-1", step("resolve"))
    await handoffs.append("h-1", [entry(3)])
    assert "handoff.message" not in {one.kind for one in await told(notifications)}


async def test_a_refused_step_is_not_told(stores: Any) -> None:
    handoffs, notifications = stores
    await handoffs.open(packet())
    await handoffs.act("h-1", step("resolve"))
    assert [one.kind for one in await told(notifications)] == ["handoff.opened"]


async def test_a_handoff_and_its_notification_are_kept_together_or_not_at_all(
    engine: Engine,
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("the tests share one PostgreSQL database, so none drops its tables")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE deliveries")
        connection.exec_driver_sql("DROP TABLE notifications")
    with pytest.raises(StoreDown):
        await SqlHandoffs(engine).open(packet())
    with Session(engine) as session:
        assert session.scalars(select(HandoffRow)).all() == []


@pytest.mark.parametrize(
    ("acts", "unowned"),
    [
        ([], "2026-03-01T10:00:00+00:00"),
        (["claim"], None),
        (["claim", "transfer"], "2026-03-01T10:05:00+00:00"),
        (["claim", "transfer", "claim"], None),
        (["claim", "resolve"], None),
    ],
)
async def test_since_when_nobody_has_it(stores: Any, acts: list[str], unowned: str | None) -> None:
    handoffs, _ = stores
    await handoffs.open(packet())
    for number, act in enumerate(acts):
        more = {"queue": "care"} if act == "transfer" else {}
        await handoffs.act("h-1", step(act, event_id=f"e-{number}", **more))
    kept = await handoffs.get("h-1")
    assert kept is not None
    assert kept["unowned_since"] == unowned
