"""On a server each run on a thread waits for the one before it, in all workers that share a Redis."""

import asyncio
from uuid import uuid4

import pytest

from handrail.graph import served_turns
from handrail.graph.served_turns import ServedTurns, in_order, shared_turns

REDIS = "redis://127.0.0.1:6379/0"


async def played(turns: list[ServedTurns], threads: list[str]) -> list[str]:
    told: list[str] = []

    async def run(which: int) -> None:
        async with turns[which % len(turns)].turn_of(threads[which % len(threads)]):
            told.append(f"begins {which}")
            for _ in range(5):
                await asyncio.sleep(0)
            told.append(f"ends {which}")

    await asyncio.gather(*(run(which) for which in range(4)))
    return told


def is_in_order(told: list[str]) -> bool:
    pairs = zip(told[::2], told[1::2], strict=True)
    return all(begins.split()[1] == ends.split()[1] for begins, ends in pairs)


async def test_runs_on_one_thread_take_turns_and_others_do_not_wait():
    assert is_in_order(await played([ServedTurns()], ["t1"]))
    assert not is_in_order(await played([ServedTurns()], ["t1", "t2"]))


async def test_two_workers_share_the_turns():
    pytest.importorskip("redis")
    one, two = ServedTurns(REDIS), ServedTurns(REDIS)
    try:
        from redis.exceptions import RedisError

        try:
            await one._redis.ping()
        except RedisError:
            pytest.skip("no Redis on 127.0.0.1:6379")
        thread = uuid4().hex
        assert is_in_order(await played([one, two], [thread]))
        assert not await one._redis.exists(f"handrail:turn:{thread}")
    finally:
        await one._redis.aclose()
        await two._redis.aclose()


async def test_without_its_redis_a_worker_keeps_its_own_order():
    pytest.importorskip("redis")
    away = ServedTurns("redis://127.0.0.1:1/0")
    assert is_in_order(await played([away], ["t1"]))
    await away._redis.aclose()


async def test_the_first_runs_of_a_process_take_turns_too(monkeypatch, tmp_path):
    """Each opens what keeps the order, in a thread, at the same time: it must be one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HANDRAIL_LIMITS_URL", raising=False)
    served_turns._opened.cache_clear()
    told: list[str] = []

    async def steps(which: int):
        told.append(f"begins {which}")
        for _ in range(5):
            await asyncio.sleep(0.001)
            yield which
        told.append(f"ends {which}")

    async def run(which: int) -> list[int]:
        return [step async for step in in_order(steps(which), "t1")]

    found = await asyncio.gather(*(run(which) for which in range(6)))
    assert found == [[which] * 5 for which in range(6)]
    assert is_in_order(told)
    assert shared_turns() is shared_turns()
    served_turns._opened.cache_clear()
