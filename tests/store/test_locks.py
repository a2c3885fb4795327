"""Two workers share a database: one turn at a time on each conversation, and none waits for ever."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from handrail.graph.turns import Turns
from handrail.store.errors import StoreDown
from handrail.store.locks import PostgresLocks, key_of
from tests.postgres import own_database


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with own_database() as url:
        yield url


@pytest.fixture
async def workers(database):
    """Two workers, each with a connection of its own, as two processes have."""
    both = PostgresLocks(database), PostgresLocks(database)
    yield both
    for locks in both:
        await locks.close()


async def test_a_name_is_held_by_one_worker_at_a_time(workers):
    said: list[str] = []
    first, second = (Turns(lambda held=locks: held) for locks in workers)

    async def turn(turns: Turns, who: str) -> None:
        async with turns.turn_of("t-1"):
            said.append(f"{who} begins")
            await asyncio.sleep(0.01)
            said.append(f"{who} ends")

    await asyncio.gather(*(turn((first, second)[n % 2], str(n)) for n in range(8)))
    begun, ended = said[::2], said[1::2]
    assert [who.removesuffix(" begins") for who in begun] == [
        who.removesuffix(" ends") for who in ended
    ]
    assert len(said) == 16


async def test_other_names_do_not_wait(workers):
    async with workers[0].holding("t-1") as first, workers[1].holding("t-2") as second:
        assert first
        assert second


async def test_who_gives_up_waiting_holds_nothing(workers):
    one, other = workers
    async with one.holding("t-1"):
        waiting = asyncio.create_task(anext(aiter(_held(other, "t-1"))))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await asyncio.sleep(0.05)
    async with one.holding("t-1", longest=1) as held:
        assert held


async def test_a_worker_that_dies_holds_nothing_any_more(workers, database):
    one, other = workers
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    async with one.holding("t-1"):
        with engine.connect() as connection:
            connection.execute(
                text(
                    # On this database alone: others on the server hold such locks as well.
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity JOIN pg_locks "
                    "USING (pid) WHERE locktype = 'advisory' AND datname = current_database() "
                    "AND pid <> pg_backend_pid()"
                )
            )
        async with other.holding("t-1", longest=2) as held:
            assert held
    engine.dispose()
    async with one.holding("t-1", longest=2) as again:  # on a new connection
        assert again


async def test_a_turn_that_does_not_end_is_told(workers):
    async with workers[0].holding("t-1"):
        with pytest.raises(StoreDown, match="not ended"):
            async with workers[1].holding("t-1", longest=0.05):
                pytest.fail("both hold it")


async def test_a_database_that_is_down_stops_nobody_here(database):
    gone = PostgresLocks(database.replace("handrail_test_", "handrail_none_"))
    async with gone.holding("t-1") as held:
        assert not held


def test_keys_are_signed_64_bits_and_differ():
    keys = {key_of(f"thread-{n}") for n in range(1000)}
    assert len(keys) == 1000
    assert all(-(2**63) <= key < 2**63 for key in keys)


async def _held(locks: PostgresLocks, name: str):
    async with locks.holding(name):
        yield name
