"""An errand is left once for each turn, and not where errands do not get done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handrail.store.errands.memory import MemoryErrands, NoErrands
from handrail.store.errors import StoreDown
from handrail.tools.asker import Asker
from handrail.tools.errands.leaving import PATIENCE, LeaveErrands
from handrail.tools.errors import BackendDown

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASKER = Asker(customer_id=None, verified=False, locale="en", thread_id="t-1", turn="m-1")


@pytest.mark.parametrize(
    ("later", "kind", "taken"),
    [
        (PATIENCE, "password_reset", True),
        (PATIENCE + timedelta(seconds=1), "password_reset", False),
        (PATIENCE + timedelta(seconds=1), "one_time_code", True),  # another kind gets done
    ],
)
async def test_what_waits_too_long_stops_its_kind(later, kind, taken):
    clock = [NOON]
    leave = LeaveErrands(MemoryErrands(), lambda: clock[0])
    await leave("password_reset", ASKER, "a@x.org", is_id=False)
    clock[0] = NOON + later
    if taken:
        await leave(kind, ASKER, "b@x.org", is_id=False)
        return
    with pytest.raises(BackendDown) as caught:
        await leave(kind, ASKER, "b@x.org", is_id=False)
    assert caught.value.tried == ("password_reset: nobody has run it",)


async def test_without_side_effects_nothing_is_kept_and_nothing_waits():
    clock = [NOON]
    errands = NoErrands()
    leave = LeaveErrands(errands, lambda: clock[0])
    for _ in range(3):
        await leave("password_reset", ASKER, "a@x.org", is_id=False)
        clock[0] += timedelta(hours=1)
    assert await errands.pending() == 0


async def test_a_store_that_is_down_is_a_backend_down():
    class Down(MemoryErrands):
        async def add(self, errand):
            raise StoreDown("The database cannot be reached", "Check it.")

    with pytest.raises(BackendDown, match="cannot be reached"):
        await LeaveErrands(Down(), lambda: NOON)("password_reset", ASKER, "a@x.org", is_id=False)
