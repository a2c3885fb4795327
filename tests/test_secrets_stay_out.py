"""No secret stays anywhere: the real graph on disk, and afterwards every byte is searched.

A secret that this system gives out itself (a token for a new password, a code for one use) belongs
into `ISSUED`: a function that finds what was given out in the course of the talks below.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.ear import listening

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
    ["Where is my order FH-10421?", "ana@example.com", "{code}", "and order FH-10433?"],
    [f"My lawyer will hear of this. The token: {TOKEN}"],
    ["what is your refund policy?", f"thank you! password: {PASSWORD}"],
]
TYPED = (CARD, CARD.replace(" ", ""), KEY, PASSWORD, TOKEN)


def reset_tokens(data: Path) -> set[str]:
    """Return the tokens in the links that were mailed."""
    return {body.partition("token=")[2].split()[0] for body in mails(data) if "token=" in body}


def one_time_codes(data: Path) -> set[str]:
    """Return the codes that were mailed, as they stood there and as they are typed."""
    found = [re.search(r"^(\d{3}) (\d{3})$", body, re.MULTILINE) for body in mails(data)]
    return {one[0] for one in found if one} | {one[1] + one[2] for one in found if one}


def mails(data: Path) -> list[str]:
    """Return what stands in the customers' mailboxes."""
    return [
        message_from_bytes(file.read_bytes()).get_payload(decode=True).decode()
        for file in data.glob("mail/*.eml")
    ]


ISSUED: list[Callable[[Path], set[str]]] = [reset_tokens, one_time_codes]

RUN = """
    import asyncio, json, re, sys
    from pathlib import Path

    from langchain_core.messages import HumanMessage
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
    from langsmith.run_trees import get_cached_client

    from handrail.app.logs import clean_logs
    from handrail.graph.context import Context
    from handrail.graph.door import at_the_door
    from handrail.graph.graph import build_graph
    from handrail.graph.opening import open_services
    from handrail.graph.services import LazyServices
    from handrail.graph.settings import Settings

    async def main(data, talks):
        services = open_services(Settings(_env_file=None, data=data))
        said = []
        async with AsyncSqliteSaver.from_conn_string(str(data / "conversations.db")) as saver:
            graph = build_graph(LazyServices(lambda: services), checkpointer=saver)
            for number, talk in enumerate(talks):
                config = {"configurable": {"thread_id": f"t{number}"}}
                visitor = "{code}" in talk
                context = Context() if visitor else Context(customer_id="cus_ana", verified=True)
                for line in talk:
                    mails = [m.read_text() for m in sorted(data.glob("mail/*"), key=lambda m: m.stat().st_mtime_ns)]
                    code = re.findall(r"^(\\d{3}) (\\d{3})$", mails[-1], re.M) if mails else []
                    line = line.replace("{code}", "".join(code[0]) if code else "")
                    line = await at_the_door(services, context, f"t{number}", line)
                    given = {"messages": [HumanMessage(line)]}
                    state = await graph.ainvoke(given, config, context=context)
                    await services.run_errands()
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


@pytest.fixture(scope="module")
def played(tmp_path_factory, trained):
    """Play the talks in a process of its own; return its folder, its log, and its traces."""
    data = trained(tmp_path_factory.mktemp("secrets"))
    with listening() as (address, kept):
        environment = {
            "LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "none", "PATH": "", "NO_PROXY": "*",
            "LANGSMITH_ENDPOINT": address, "LANGSMITH_DISABLE_RUN_COMPRESSION": "true",
        }  # fmt: skip
        command = [sys.executable, "-c", textwrap.dedent(RUN), str(data), json.dumps(TALKS)]
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=500, check=False
        )
    log = done.stdout + done.stderr
    assert done.returncode == 0, log[-3000:].decode()
    return data, log, b"".join(kept)


def places(played) -> dict[str, bytes]:
    """Return everything that a run leaves behind, by name, but the customers' own mailboxes."""
    data, log, traces = played
    files = [path for path in data.rglob("*") if path.is_file() and path.parent.name != "mail"]
    found = {str(path.relative_to(data)): path.read_bytes() for path in files}
    return {**found, "the log": log, "the traces": traces}


def test_the_talks_went_as_meant(played):
    data, log, traces = played
    said = json.loads((data / "said.json").read_text())
    assert [len(talk) for talk in said] == [4, 2, 3, 8, 2, 4]
    assert "Heron tent" in said[3][5]
    assert said[3][4] == "[code]"
    assert "the card number" in said[0][3]
    assert "the password" in said[1][1]
    assert b"escalate" in log
    assert b"refund policy" in traces
    assert {"handrail.db", "conversations.db"} <= set(places(played))


@pytest.mark.parametrize("secret", TYPED)
def test_what_a_customer_typed_is_nowhere(played, secret):
    for name, held in places(played).items():
        assert secret.encode() not in held, name


@pytest.mark.parametrize("find", ISSUED, ids=lambda find: find.__name__)
def test_what_was_given_out_is_nowhere_but_where_it_was_sent(played, find):
    issued = find(played[0])
    assert issued
    for name, held in places(played).items():
        for secret in issued:
            assert secret.encode() not in held, name


def test_an_address_is_where_the_desk_needs_it_and_not_outside(played):
    data, log, traces = played
    assert "ana@example.com" in (data / "said.json").read_text()
    assert b"ana@example.com" not in log
    assert b"ana@example.com" not in traces
