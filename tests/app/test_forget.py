"""The command: conversations go first, then the stores, and it says what it did."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import StringIO

import httpx
import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph_sdk.client import LangGraphClient
from pydantic import SecretStr
from rich.console import Console
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner

from handrail.app.access.rules import decide
from handrail.app.access.user import User
from handrail.app.cli import app
from handrail.app.conversations.checkpointer import CheckpointerConversations, open_saver
from handrail.app.conversations.protocol import ConversationsDown
from handrail.app.conversations.server import ServerConversations
from handrail.app.forget import Request, pseudonym_of, run_forget
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.opening import open_records
from handrail.graph.settings import Settings
from tests.fake_services import fake_services, lazily
from tests.postgres import own_database

WORDS = "wild boar"


def settings_in(tmp_path, **more) -> Settings:
    return Settings(
        _env_file=None, data=tmp_path, company="none", secret=SecretStr("s" * 40), **more
    )


@cache
def legal_services():
    """Build once what takes a second: everything that a test of ours leaves as it is."""
    return fake_services(fired=frozenset({"legal"}))


async def talk(settings: Settings, thread: str) -> None:
    """Have a conversation that is handed over, in a checkpointer on disk and the stores."""
    ours = open_records(settings)
    services = replace(legal_services(), handoffs=ours.handoffs, audit=ours.audit)
    place = settings.checkpoints.get_secret_value()
    async with AsyncSqliteSaver.from_conn_string(place) as saver:
        graph = build_graph(lazily(services), checkpointer=saver)
        config = {"configurable": {"thread_id": thread}}
        said = {"messages": [HumanMessage(f"a {WORDS}!")]}
        await graph.ainvoke(said, config, context=Context(customer_id="cus_ana", verified=True))


async def forgotten(settings: Settings, **request) -> str:
    text = StringIO()
    out = Console(file=text, width=200)
    assert await run_forget(out, settings, Request(**request)) == 0
    return text.getvalue()


def holds_words(tmp_path) -> bool:
    return any(WORDS.encode() in file.read_bytes() for file in tmp_path.iterdir())


async def test_conversation_packet_and_all_go_from_the_disk(tmp_path):
    settings = settings_in(tmp_path, checkpoints=SecretStr(str(tmp_path / "talks.db")))
    await talk(settings, "t-ana")
    assert holds_words(tmp_path)
    dry = await forgotten(settings, customer="cus_ana")
    assert "Nothing has been changed" in dry
    assert "checkpoints" in dry
    assert holds_words(tmp_path)
    done = await forgotten(settings, customer="cus_ana", really=True)
    assert "transcript" in done
    assert "Nothing has been changed" not in done
    assert not holds_words(tmp_path)
    again = await forgotten(settings, customer="cus_ana", really=True)
    assert again.strip() == "Nothing is kept about the customer cus_ana."


async def test_a_legal_handoff_on_hold_stays_with_its_conversation(tmp_path):
    settings = settings_in(tmp_path, checkpoints=SecretStr(str(tmp_path / "talks.db")))
    await talk(settings, "t-ana")
    done = await forgotten(settings, customer="cus_ana", keep_legal=True, really=True)
    assert "legal: on hold" in done
    assert holds_words(tmp_path)


class FakeServer:
    """Threads behind the API of a LangGraph server, as far as forgetting goes."""

    def __init__(self, threads):
        self.threads = threads
        self.changed, self.status = {}, {}
        self.down = False
        self.app = Starlette(routes=[
            Route("/threads/search", self.search, methods=["POST"]),
            Route("/threads/{id}", self.one, methods=["GET", "DELETE"]),
        ])  # fmt: skip

    async def search(self, request):
        asked = await request.json()
        wanted = asked.get("metadata", {})
        if self.down:
            return Response(status_code=403)
        found = [self.as_json(id_) for id_, held in self.threads.items()
                 if wanted.items() <= held.items()]  # fmt: skip
        if asked.get("sort_by"):
            assert asked["sort_order"] == "asc"
            found.sort(key=lambda thread: thread[asked["sort_by"]])
        return JSONResponse(found[asked["offset"] : asked["offset"] + asked["limit"]])

    async def one(self, request):
        id_ = request.path_params["id"]
        if id_ not in self.threads:
            return Response(status_code=404)
        if request.method == "DELETE":
            del self.threads[id_]
            return Response(status_code=204)
        return JSONResponse(self.as_json(id_))

    def as_json(self, id_):
        about = {"updated_at": self.changed.get(id_, ""), "status": self.status.get(id_, "idle")}
        return {"thread_id": id_, "metadata": self.threads[id_], **about}

    def conversations(self):
        http = httpx.AsyncClient(base_url="http://fake", transport=httpx.ASGITransport(self.app))
        return ServerConversations(LangGraphClient(http))


async def test_threads_of_a_server_are_found_by_their_marks_in_pages():
    mine = {f"t{n}": {"customer_id": "cus_ana", "owner": f"u{n}"} for n in range(150)}
    server = FakeServer({**mine, "o": {"owner": "cus_ana"}, "b": {"customer_id": "cus_ben"}})
    place = server.conversations()
    assert await place.of("cus_ana") == {*mine, "o"}
    assert await place.there("t1")
    await place.erase("t1")
    await place.erase("t1")
    assert not await place.there("t1")
    assert "b" in server.threads
    server.down = True
    with pytest.raises(ConversationsDown, match=r"answers 403.*HANDRAIL_SERVICE_TOKEN"):
        await place.of("cus_ana")


async def test_where_the_server_cannot_be_reached_nothing_is_changed(tmp_path):
    settings = settings_in(tmp_path, checkpoints=SecretStr(str(tmp_path / "talks.db")))
    await talk(settings, "t-ana")
    with pytest.raises(ConversationsDown, match="ConnectError"):
        await forgotten(settings, customer="cus_ana", really=True, server="http://127.0.0.1:9")
    (standing,) = await open_records(settings).handoffs.list()
    assert standing["customer_id"] == "cus_ana"


async def test_a_checkpointer_on_postgresql_is_found_by_metadata_and_erased():
    with own_database() as url:
        place = url.replace("+psycopg", "")
        async with open_saver(place) as saver:
            graph = build_graph(lazily(fake_services()), checkpointer=saver)
            for thread, who in (("t-ana", "cus_ana"), ("t-ben", "cus_ben")):
                config = {"configurable": {"thread_id": thread}, "metadata": {"customer_id": who}}
                await graph.ainvoke({"messages": [HumanMessage("a refund?")]}, config)
        async with open_saver(place) as saver:
            kept = CheckpointerConversations(saver)
            assert await kept.of("cus_ana") == {"t-ana"}
            await kept.erase("t-ana")
            assert not await kept.there("t-ana")
            assert await kept.there("t-ben")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("postgresql://nobody@127.0.0.1:9/none", "cannot be reached"),
        ("no-such-file.db", "There is no file no-such-file.db"),
    ],
)
async def test_a_checkpointer_that_is_not_there(place, said):
    with pytest.raises(ConversationsDown, match=said):
        async with open_saver(place):
            pass


def test_a_customers_thread_is_marked_with_whose_it_is():
    value = {"metadata": {"customer_id": "cus_other"}}
    user = User(
        id="u1", role="customer", name=None, customer_id="cus_ana", verified=True, locale="en"
    )
    decide(user, "threads", "create", value)
    assert value["metadata"] == {"owner": "u1", "customer_id": "cus_ana"}


def test_the_same_person_has_another_name_with_another_secret(tmp_path):
    one = pseudonym_of(settings_in(tmp_path))
    other = pseudonym_of(Settings(_env_file=None, data=tmp_path, secret=SecretStr("o" * 40)))
    assert one("cus_ana") == one("cus_ana") != other("cus_ana")
    assert "ana" not in one("cus_ana")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--customer", "cus_nobody"], 0, "Nothing is kept about the customer cus_nobody."),
        (["--thread", "t-none", "--yes"], 0, "Nothing is kept about these conversations."),
        (["--older-than", "30"], 0, "Nothing is kept"),
        ([], 2, "say whom to forget"),
        (["--older-than", "0"], 2, "greater than or equal to 1"),
    ],
)
def test_the_command(args, code, said, tmp_path, monkeypatch):
    monkeypatch.setenv("HANDRAIL_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    done = CliRunner().invoke(app, ["forget", *args])
    assert done.exit_code == code, done.output
    assert said in done.output
