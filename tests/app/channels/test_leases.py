"""A conversation of a chat product is held while its worker lives, and not much longer."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from handrail.app.channels import worker
from handrail.store.channels.protocol import Lease


class Leases:
    """Who was leased what until when."""

    def __init__(self, *, lost=False):
        self.renewed = []
        self.released = []
        self.lost = lost
        self.enough = asyncio.Event()

    async def lease(self, thread_id, _now, until):
        self.first = until
        return Lease(thread_id, "token", until)

    async def renew(self, _lease, until):
        self.renewed.append(until)
        if self.lost or len(self.renewed) == 3:
            self.enough.set()
        return not self.lost

    async def release(self, lease):
        self.released.append(lease)


def clock():
    return datetime.now(UTC)


@pytest.mark.parametrize("lost", [False, True])
async def test_a_lease_is_renewed_while_its_holder_works_unless_it_was_lost(monkeypatch, lost):
    monkeypatch.setattr(worker, "HEARTBEAT_SECONDS", 0.001)
    leases = Leases(lost=lost)
    async with worker._leased(leases, "t-1", clock) as lease:
        assert lease is not None
        await leases.enough.wait()
    assert leases.renewed == sorted(leases.renewed)
    assert leases.renewed[0] > leases.first
    assert len(leases.released) == 1
    count = len(leases.renewed)
    await asyncio.sleep(0.01)
    assert len(leases.renewed) == count


def test_a_dead_worker_holds_a_conversation_for_half_a_minute():
    assert timedelta(seconds=30) == worker.LEASE
    assert worker.LEASE.total_seconds() > 3 * worker.HEARTBEAT_SECONDS
