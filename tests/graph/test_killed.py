"""A process that is killed in the middle of a step leaves nothing lost and nothing doubled.

A conversation on PostgreSQL is played once undisturbed. Then it is played again with a kill in
each step; a new process is given the same step, as a client would, and has to come to the same.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

import pytest

from handrail.graph.context import Context
from handrail.store.database import open_database
from handrail.store.migrate import migrate
from tests.postgres import own_database

pytest.importorskip("psycopg")
pytest.importorskip("langgraph.checkpoint.postgres")

KILLS = 50
SEED = 7
SECONDS = 60
LONGER = 1.5  # a step takes longer in a process that has played only one before it
CUSTOMER = Context()
AGENT = Context(role="agent", actor="ines")
SURVEY = Context(role="service", actor="survey")
SCRIPT: tuple[tuple[dict[str, Any], Context], ...] = (
    ({"id": "1", "text": "You will hear from my lawyer"}, CUSTOMER),
    ({"id": "2", "text": "Are you there?"}, CUSTOMER),
    ({"id": "3", "type": "claim"}, AGENT),
    ({"id": "4", "type": "reply", "text": "I am Ines. What happened?"}, AGENT),
    ({"id": "5", "text": "The parcel is lost"}, CUSTOMER),
    ({"id": "6", "type": "hand_back"}, AGENT),
    ({"id": "7", "text": "What is your refund policy?"}, CUSTOMER),
    ({"id": "8", "text": "Now I am angry"}, CUSTOMER),
    ({"id": "9", "type": "claim"}, AGENT),
    ({"id": "10", "type": "resolve"}, AGENT),
    ({"id": "11", "type": "rating", "rating": 4}, SURVEY),
)
DURABILITIES = ("async", "sync", "exit")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """Name a database of this run's own, with its tables."""
    from langgraph.checkpoint.postgres import PostgresSaver

    with own_database() as url:
        engine = open_database(url)
        migrate(engine)
        engine.dispose()
        plain = url.replace("+psycopg", "")
        with PostgresSaver.from_conn_string(plain) as saver:
            saver.setup()
        yield plain


def driver_of(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


class Mortal:
    """A process that plays steps. It is forked from a clean one that has imported everything."""

    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.graph.mortal"])

    def __init__(self, database: str) -> None:
        from tests.graph.mortal import live

        self.pipe, theirs = self.forks.Pipe()
        self.process = self.forks.Process(
            target=live, args=(theirs, database, driver_of(database)), daemon=True
        )
        self.process.start()
        theirs.close()
        assert self.hear() == "ready"

    def hear(self) -> Any:
        assert self.pipe.poll(SECONDS), "no answer"
        return self.pipe.recv()

    def play(self, *step: Any) -> Any:
        """Play a step to its end; returns what can be seen then, and how long it took."""
        began = time.perf_counter()
        self.pipe.send(step)
        assert self.hear() == "done"
        took = time.perf_counter() - began
        return self.hear(), took

    def kill_in(self, *step: Any, after: float) -> bool:
        """Begin a step and kill the process `after` seconds; returns whether it was under way."""
        self.pipe.send(step)
        time.sleep(after)
        self.process.kill()
        self.process.join()
        done = is_done(self.pipe)
        self.close()
        return not done

    def stop(self) -> None:
        self.pipe.send(None)
        self.process.join()
        self.close()

    def close(self) -> None:
        self.pipe.close()
        self.process.close()


def is_done(pipe: Connection) -> bool:
    try:
        return pipe.poll() and pipe.recv() == "done"
    except (EOFError, ConnectionResetError):
        return False


def played_whole(database: str) -> tuple[list[Any], list[float]]:
    """Play the script undisturbed; returns what can be seen after each step, and how long it took."""
    sights, took = [], []
    mortal = Mortal(database)
    for given, context in SCRIPT:
        mortal.play("warm", "async", given, context)
        sight, seconds = mortal.play("whole", "async", given, context)
        sights.append(sight)
        took.append(seconds)
    mortal.stop()
    return sights, took


def assert_nothing_is_missing(sight: dict[str, Any]) -> None:
    """Check the end of a conversation, not only that it is the same each time."""
    written = [given["text"] for given, context in SCRIPT if context is CUSTOMER]
    assert sight["owner"] == ("closed", None, 2)
    assert [text for kind, text, _ in sight["messages"] if kind == "human"] == written
    assert [mark for *_, mark in sight["messages"] if mark] == [
        "handoff", "handed_back", "handoff", "resolved",
    ]  # fmt: skip
    kept = [
        (episode, status, [text for role, text in transcript if role == "customer"])
        for episode, status, _, transcript in sight["packets"]
    ]
    assert kept == [(1, "handed_back", written[:3]), (2, "resolved", written)]
    assert sight["csat"] == [("human", "ines", 4)]  # the AI's stand-in gives courtesies only
    assert len(sight["audit"]) == len(SCRIPT)


def test_fifty_kills_lose_and_double_nothing(database):
    expected, took = played_whole(database)
    assert_nothing_is_missing(expected[-1])
    chance = random.Random(SEED)  # noqa: S311 - the same moments each time
    under_way = 0
    mortal = Mortal(database)
    for kill in range(KILLS):
        conversation, step = divmod(kill, len(SCRIPT))
        thread, durability = f"t{conversation}", DURABILITIES[conversation % len(DURABILITIES)]
        given = (thread, durability, *SCRIPT[step])
        under_way += mortal.kill_in(*given, after=chance.uniform(0, LONGER * took[step]))
        mortal = Mortal(database)
        sight, _ = mortal.play(*given)
        assert sight == expected[step], (kill, SCRIPT[step][0])
    mortal.stop()
    assert under_way > KILLS / 3
