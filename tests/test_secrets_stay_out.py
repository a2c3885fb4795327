"""No secret stays anywhere: the real graph on disk, and afterwards every byte is searched.

A secret that this system gives out itself (a token for a new password, a code for one use) belongs
into `ISSUED`: a function that finds what was given out in the course of the talks below.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

pytestmark = pytest.mark.timeout(600)  # a busy machine trains the heads for minutes

CARD = "4242 4242 4242 4242"
KEY = "sk-live1234567890abcdefgh"
PASSWORD = "Tr0ub4dor&3"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl"
# What customers type: each talk is one conversation of its own.
TALKS = [
    ["Where is my order FH-10421?", f"I paid with {CARD}, what is your refund policy?"],
    [f"I cannot log in, my password is {PASSWORD}, reset it for ana@example.com"],
    ["I want to speak to a person", f"my key is {KEY} if that helps"],
    [f"My lawyer will hear of this. The token: {TOKEN}"],
    ["what is your refund policy?", f"thank you! password: {PASSWORD}"],
]
TYPED = (CARD, CARD.replace(" ", ""), KEY, PASSWORD, TOKEN)

# LangGraph keeps what a run was given before any node sees it: the input checkpoint of a library
# user, the server's run record. The door of the server takes secrets out there; here a host would.
KNOWN_AS_GIVEN = {"conversations.db"}


def reset_tokens(data: Path) -> set[str]:
    """Return the tokens in mails that were sent; the outbox is the mail itself."""
    engine = create_engine(f"sqlite:///{data / 'handrail.db'}")
    with engine.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM outbox")).scalars().all()
    engine.dispose()
    return {body.partition("token=")[2].split()[0] for body in bodies if "token=" in body}


ISSUED: list[Callable[[Path], set[str]]] = [reset_tokens]

RUN = """
    import asyncio, json, sys
    from pathlib import Path

    from langchain_core.messages import HumanMessage
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
    from langsmith.run_trees import get_cached_client

    from handrail.app.logs import clean_logs
    from handrail.graph.context import Context
    from handrail.graph.graph import build_graph
    from handrail.graph.services import LazyServices, open_services
    from handrail.graph.settings import Settings

    async def main(data, talks):
        services = open_services(Settings(_env_file=None, data=data))
        said = []
        async with AsyncSqliteSaver.from_conn_string(str(data / "conversations.db")) as saver:
            graph = build_graph(LazyServices(lambda: services), checkpointer=saver)
            context = Context(customer_id="cus_ana", verified=True)
            for number, talk in enumerate(talks):
                config = {"configurable": {"thread_id": f"t{number}"}}
                for line in talk:
                    given = {"messages": [HumanMessage(line)]}
                    state = await graph.ainvoke(given, config, context=context)
                said.append([message.text for message in state["messages"]])
            states = [
                repr((await saver.aget_tuple({"configurable": {"thread_id": f"t{n}"}})).checkpoint)
                for n in range(len(talks))
            ]
        (data / "said.json").write_text(json.dumps(said))
        (data / "states.txt").write_text("\\n".join(states))
        get_cached_client().flush()

    with clean_logs():
        asyncio.run(main(Path(sys.argv[1]), json.loads(sys.argv[2])))
"""


class Ear(BaseHTTPRequestHandler):
    """Take what a tracer sends."""

    kept: list[bytes]

    def do_POST(self):
        self.kept.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def do_PATCH(self):
        self.do_POST()

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any):
        pass


@pytest.fixture(scope="module")
def played(tmp_path_factory, real_services, real_data):
    """Play the talks in a process of its own; return its folder, its log, and its traces."""
    data = tmp_path_factory.mktemp("secrets")
    for kept_once in ("models", "chroma"):  # trained and embedded once for all tests
        shutil.copytree(real_data / kept_once, data / kept_once)
    shutil.copy(real_data / "demo-help-center.sha256", data)
    kept: list[bytes] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Kept", (Ear,), {"kept": kept}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    environment = {
        "LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "none", "PATH": "", "NO_PROXY": "*",
        "LANGSMITH_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
        "LANGSMITH_DISABLE_RUN_COMPRESSION": "true",
    }  # fmt: skip
    command = [sys.executable, "-c", textwrap.dedent(RUN), str(data), json.dumps(TALKS)]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=500, check=False)
    server.shutdown()
    thread.join()
    server.server_close()
    log = done.stdout + done.stderr
    assert done.returncode == 0, log[-3000:].decode()
    return data, log, b"".join(kept)


def places(played) -> dict[str, bytes]:
    """Return everything that a run leaves behind, by name; files of SQLite with their logs."""
    data, log, traces = played
    files = [path for path in data.rglob("*") if path.is_file()]
    found = {str(path.relative_to(data)): path.read_bytes() for path in files}
    return {**found, "the log": log, "the traces": traces}


def test_the_talks_went_as_meant(played):
    data, log, traces = played
    said = json.loads((data / "said.json").read_text())
    assert [len(talk) for talk in said] == [4, 2, 3, 2, 4]
    assert "the card number" in said[0][3]
    assert "the password" in said[1][1]
    assert b"escalate" in log
    assert b"refund policy" in traces
    assert {"handrail.db", "conversations.db"} <= set(places(played))


@pytest.mark.parametrize("secret", TYPED)
def test_what_a_customer_typed_is_nowhere(played, secret):
    for name, held in places(played).items():
        if not name.startswith(tuple(KNOWN_AS_GIVEN)):
            assert secret.encode() not in held, name


@pytest.mark.parametrize("find", ISSUED, ids=lambda find: find.__name__)
def test_what_was_given_out_is_nowhere_but_where_it_was_sent(played, find):
    issued = find(played[0])
    assert issued
    for name, held in places(played).items():
        if not name.startswith("handrail.db"):
            for secret in issued:
                assert secret.encode() not in held, name


def test_a_database_keeps_an_issued_token_in_the_mail_alone(played):
    engine = create_engine(f"sqlite:///{played[0] / 'handrail.db'}")
    with engine.connect() as connection:
        tables = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'outbox'")
        )
        for table in tables.scalars().all():
            rows = repr(connection.execute(text(f'SELECT * FROM "{table}"')).all())  # noqa: S608
            for secret in reset_tokens(played[0]):
                assert secret not in rows, table
    engine.dispose()


def test_an_address_is_where_the_desk_needs_it_and_not_outside(played):
    data, log, traces = played
    assert "ana@example.com" in (data / "said.json").read_text()
    assert b"ana@example.com" not in log
    assert b"ana@example.com" not in traces
