"""What docs/backup.md says: two dumps, two new databases, and conversations go on where they were."""

import shutil
import subprocess
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import replace

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from sqlalchemy import make_url, text

from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.store.audit.sql import SqlAudit
from handrail.store.csat.sql import SqlCsat
from handrail.store.database import open_database
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.migrate import migrate
from tests.fake_services import cited_answer, fake_services, lazily
from tests.postgres import own_database

AGENT = Context(role="agent", actor="ines", actor_name="Ines")
SURVEY = Context(role="service", actor="survey")
CUSTOMER = Context(customer_id="cus_ana", verified=True)
LEGAL, PLAIN = "You will hear from my lawyer", "Could you look at this for me"


def programs(url: str) -> None:
    """Skip where pg_dump or pg_restore is absent, or older than the server."""
    engine = open_database(url)
    with engine.connect() as connection:
        server = int(connection.scalar(text("SHOW server_version_num"))) // 10_000
    engine.dispose()
    for program in ("pg_dump", "pg_restore"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} here")
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        if int(said.stdout.split("(PostgreSQL) ")[1].split(".")[0]) < server:
            pytest.skip(f"{said.stdout.strip()} is older than the server")


def address(url: str) -> str:
    """Return a database's address as PostgreSQL's own programs take it."""
    named = make_url(url).set(drivername="postgresql")
    return named.render_as_string(hide_password=False)


def dump(url: str, file) -> None:
    command = ["pg_dump", "--format=custom", "--no-owner", f"--file={file}"]
    subprocess.run([*command, f"--dbname={address(url)}"], check=True)


def restore(file, url: str) -> None:
    command = ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction"]
    subprocess.run([*command, f"--dbname={address(url)}", str(file)], check=True)


class House:
    """The graph over two databases: conversations in one, our stores in the other.

    It is built once, and the databases are changed under it, as after a restart.
    """

    def __init__(self) -> None:
        self.services = fake_services(script=lambda: cited_answer() * 9)
        self.lazy = lazily(self.services)
        self.graph = build_graph(self.lazy)

    @asynccontextmanager
    async def on(self, threads: str, ours: str):
        engine = open_database(ours)
        migrate(engine)
        self.handoffs, self.audit, self.csat = (
            SqlHandoffs(engine),
            SqlAudit(engine),
            SqlCsat(engine),
        )
        self.lazy._services = replace(
            self.services, handoffs=self.handoffs, audit=self.audit, csat=self.csat
        )
        async with AsyncPostgresSaver.from_conn_string(address(threads)) as saver:
            await saver.setup()
            self.graph.checkpointer = saver
            yield
        engine.dispose()

    async def say(self, thread, words):
        config = {"configurable": {"thread_id": thread}}
        return await self.graph.ainvoke(
            {"messages": [HumanMessage(words)]}, config, context=CUSTOMER
        )

    async def act(self, thread, act, context=AGENT, **facts):
        event = {"type": act, "id": f"{thread}-{act}-{len(await self.audit.list(thread))}", **facts}
        config = {"configurable": {"thread_id": thread}}
        given = {"messages": [], "event": event}
        done = await self.graph.ainvoke(given, config, context=context)
        assert done["refused"] is None
        return done

    async def state(self, thread):
        return (await self.graph.aget_state({"configurable": {"thread_id": thread}})).values

    async def packets(self, thread):
        mine = [one["id"] for one in await self.handoffs.list() if one["thread_id"] == thread]
        return [await self.handoffs.get(id_) for id_ in mine]


def ai_words(state):
    said = state["messages"]
    return [m.content for m in said if isinstance(m, AIMessage) and m.content and not m.name]


async def test_conversations_go_on_after_both_databases_were_lost(tmp_path):
    house = House()
    first, threads_file, last = (tmp_path / name for name in ("ours-0", "threads", "ours-1"))
    with ExitStack() as lost:
        threads, ours = lost.enter_context(own_database()), lost.enter_context(own_database())
        programs(ours)
        async with house.on(threads, ours):
            await house.say("t-whole", PLAIN)
            await house.say("t-whole", LEGAL)
            await house.act("t-whole", "claim")
            await house.act("t-whole", "resolve")
            await house.act("t-whole", "rating", SURVEY, rating=4)
            await house.say("t-whole", LEGAL)
            await house.act("t-whole", "claim")
            await house.act("t-whole", "reply", text="I am looking at it.")
            dump(ours, first)
            await house.say("t-behind", LEGAL)
            await house.say("t-ahead", PLAIN)
            dump(threads, threads_file)
            await house.say("t-ahead", LEGAL)
            dump(ours, last)
            kept = await house.state("t-whole")
            trail = await house.audit.list("t-whole")
            rated = await house.csat.of("t-whole:1")
    assert rated is not None

    async with AsyncExitStack() as stack:
        threads, ours, older = (stack.enter_context(own_database()) for _ in range(3))
        for file, url in ((threads_file, threads), (last, ours), (first, older)):
            restore(file, url)

        async with house.on(threads, ours):
            await went_on_as_it_was(house, kept, trail, rated)
            await ours_was_ahead(house)
        async with house.on(threads, older):
            await ours_was_behind(house)


async def went_on_as_it_was(after, kept, trail, rated):
    assert await after.state("t-whole") == kept
    assert await after.audit.list("t-whole") == trail
    assert {"reply", "escalate", "claim", "resolve", "rating"} <= {event.action for event in trail}
    assert await after.csat.of("t-whole:1") == rated
    held = await after.say("t-whole", "hello?")
    assert (held["owner"], held["claimed_by"]) == ("human", "ines")
    assert ai_words(held) == ai_words(kept)
    one, two = sorted(await after.packets("t-whole"), key=lambda packet: packet["episode"])
    assert (one["status"], two["status"], two["owner"]) == ("resolved", "claimed", "ines")
    assert [entry["text"] for entry in two["transcript"]][-2:] == ["I am looking at it.", "hello?"]
    back = await after.act("t-whole", "hand_back")
    assert back["owner"] == "ai"
    trail_now = await after.audit.list("t-whole")
    assert trail_now[: len(trail)] == trail
    assert [event.action for event in trail_now[len(trail) :]] == ["hold", "hand_back"]


async def ours_was_ahead(after):
    """The thread knows nothing of its handoff: the next message learns of it."""
    assert (await after.state("t-ahead"))["owner"] == "ai"
    answered = ai_words(await after.state("t-ahead"))
    state = await after.say("t-ahead", "hello?")
    assert state["owner"] == "human"
    (packet,) = await after.packets("t-ahead")
    assert [e["text"] for e in packet["transcript"] if e["role"] == "customer"] == [
        PLAIN, LEGAL, "hello?",
    ]  # fmt: skip
    assert len(ai_words(state)) == len(answered) + 1  # the notice
    assert state["handoff"]["id"] == packet["id"]


async def ours_was_behind(after):
    """The thread names a handoff that nobody at the desk sees, till the customer writes again."""
    before = await after.state("t-behind")
    assert before["owner"] == "human"
    assert await after.packets("t-behind") == []
    state = await after.say("t-behind", "hello?")
    assert state["owner"] == "human"
    (packet,) = await after.packets("t-behind")
    assert "hello?" in [entry["text"] for entry in packet["transcript"]]
