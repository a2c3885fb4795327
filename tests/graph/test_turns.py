"""Messages that come at once are heard one after the other, whichever worker hears them."""

import asyncio
from uuid import uuid4

import pytest
from langchain_core.messages import HumanMessage

from handrail.graph.compiled import SupportGraph
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.turns import Turns
from handrail.store.locks import PostgresLocks
from tests.fake_services import cited_answer, fake_services, lazily
from tests.postgres import own_database

MESSAGES = 6


@pytest.fixture
async def workers():
    """Two graphs as two processes have them: one database, one checkpointer, and their own locks."""
    postgres = pytest.importorskip("langgraph.checkpoint.postgres.aio")
    with own_database() as database:
        plain = database.replace("+psycopg", "")
        async with postgres.AsyncPostgresSaver.from_conn_string(plain) as saver:
            await saver.setup()
            locks = PostgresLocks(database), PostgresLocks(database)
            services = lazily(fake_services(script=lambda: cited_answer() * MESSAGES))
            built = [build_graph(services, checkpointer=saver) for _ in locks]
            yield [
                SupportGraph.of(graph, Turns(lambda held=held: held))
                for graph, held in zip(built, locks, strict=True)
            ]
            for held in locks:
                await held.close()


async def test_no_message_is_lost_where_two_workers_get_them_at_once(workers):
    config = {"configurable": {"thread_id": str(uuid4())}}
    texts = [f"How long do refunds take, case {n}?" for n in range(MESSAGES)]

    async def say(n: int) -> None:
        given = {"messages": [HumanMessage(content=texts[n], id=f"m-{n}")]}
        await workers[n % 2].ainvoke(given, config, context=Context())

    await asyncio.gather(*(say(n) for n in range(MESSAGES)))
    state = await workers[0].aget_state(config)
    said = state.values["messages"]
    # Who asks the same for the third time gets a person, for whom the rest is kept.
    assert [message.type for message in said] == ["human", "ai"] * 3 + ["human"] * 3
    assert sorted(message.text for message in said if message.type == "human") == texts


def test_a_copy_waits_too():
    turns = Turns()
    graph = SupportGraph.of(build_graph(lazily(fake_services())), turns)
    assert graph.copy({"name": "support"}).turns is turns
    assert graph.with_config(tags=["x"]).turns is turns
