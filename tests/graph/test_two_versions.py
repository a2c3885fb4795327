"""During a rollout an old version's turn comes after a new one's: what of a new key is left.

docs/deploy/README.md has the rule that follows from it.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.graph import END, START, StateGraph

from tests.postgres import own_database

CONFIG = {"configurable": {"thread_id": "t"}}


class OldState(TypedDict):
    known: NotRequired[int]


class NewState(OldState):
    word: NotRequired[str]
    table: NotRequired[dict]
    listed: NotRequired[list]


def version(state, writes, saver):
    graph = StateGraph(state)
    graph.add_node("node", lambda _: writes)
    graph.add_edge(START, "node")
    graph.add_edge("node", END)
    return graph.compile(checkpointer=saver)


async def test_an_old_worker_keeps_tables_and_lists_and_drops_plain_values():
    with own_database() as url:
        async with AsyncPostgresSaver.from_conn_string(url.replace("+psycopg", "")) as saver:
            await saver.setup()
            kept = {"table": {"a": 1}, "listed": [1]}
            new = version(NewState, {"known": 1, "word": "new", **kept}, saver)
            old = version(OldState, {"known": 2}, saver)
            await new.ainvoke({"known": 0}, CONFIG)
            await old.ainvoke({"known": 0}, CONFIG)
            assert (await new.aget_state(CONFIG)).values == {"known": 2, **kept}
