"""What is secret is taken out before a server stores anything, looked for in all that it keeps."""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, inspect, text

from handrail.app.mailbox import Mailbox
from tests.app.access.matrix import RUN, said
from tests.app.servers import MAIL, SERVICE_KEY

CARD = "4242 4242 4242 4242"
MAIL_SECONDS = 60
FLUSH_SECONDS = 12  # the development server writes its files every ten
BACK_END = {"Authorization": f"Bearer {SERVICE_KEY}"}
pytestmark = pytest.mark.server


@dataclass(frozen=True)
class Kept:
    """A server, and where it keeps what it keeps."""

    server: str
    url: str
    folder: Path
    databases: tuple[str, ...]

    def everything(self) -> Iterator[tuple[str, bytes]]:
        """Give what is on disk and in the databases, with where it is; mailboxes are the customers'."""
        for path in self.folder.rglob("*"):
            if path.is_file() and path.parent.name != MAIL:
                yield str(path.relative_to(self.folder)), path.read_bytes()
        for database in self.databases:
            yield from rows_in(database)


def rows_in(database: str) -> Iterator[tuple[str, bytes]]:
    """Give every table of a database, as bytes."""
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        for name in names:
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).all()  # noqa: S608 - its own
            yield name, b"\n".join(as_bytes(value) for row in rows for value in row)
    engine.dispose()


def as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def holds(kept: bytes, digits: str) -> bool:
    """Tell whether digits stand somewhere, grouped or not; in no id, hash or fraction of a second."""
    grouped = b"[ -]?".join(bytes([digit]) for digit in digits.encode())
    return re.search(rb"(?<![0-9a-f.])" + grouped + rb"(?![0-9a-f])", kept) is not None


@pytest.fixture(params=["D", "A"], ids=["langgraph_dev", "aegra"])
def kept(request):
    if request.param == "D":
        url = request.getfixturevalue("server")
        return Kept("D", url, request.getfixturevalue("server_folder"), ())
    stack = request.getfixturevalue("aegra_stack")
    return Kept("A", stack.url, stack.folder, (stack.databases.engine, stack.databases.ours))


async def code_mailed(mailbox: Mailbox, address: str) -> str:
    end = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < end:
        for mail in mailbox.new():
            if mail.address == address and mail.code:
                return mail.code
        await asyncio.sleep(0.2)
    raise AssertionError("no code was mailed")


async def test_a_code_and_a_card_are_typed_and_stored_nowhere(kept):
    mailbox = Mailbox(kept.folder / MAIL)
    async with httpx.AsyncClient(base_url=kept.url, timeout=200) as http:
        token = (await http.post("/handrail/visitors")).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        thread = (await http.post("/threads", json={})).json()["thread_id"]
        at = f"/threads/{thread}"

        async def say(words: str) -> dict:
            answer = await http.post(f"{at}/runs/wait", json={**RUN, "input": said(words)})
            assert answer.status_code == 200, answer.text
            return answer.json()

        await say("Where is my order FH-10421?")
        await say("ana@example.com")
        code = await code_mailed(mailbox, "ana@example.com")
        shown = await say(f"my code is {code}")
        assert "FH-10421" in shown["messages"][-1]["content"], shown["messages"][-1]
        assert shown["messages"][-1]["type"] == "ai"
        assert shown["messages"][-2]["content"] == "my code is [code]"
        in_parts = [{"type": "text", "text": f"I paid with {CARD}, what is your refund policy?"}]
        for content in (f"I paid with {CARD}, what is your refund policy?", in_parts):
            run = {**RUN, "input": {"messages": [{"role": "user", "content": content}]}}
            paid = await http.post(f"{at}/runs/wait", json=run)
            assert paid.status_code == 200, paid.text
            assert "4242" in str(paid.json()["messages"][-2]["content"])
            assert not holds(paid.content, CARD.replace(" ", ""))

        answers = [await http.get(f"{at}{path}") for path in ("", "/state", "/history")]
        if kept.server == "D":  # Aegra shows a thread to its owner alone, and a visitor no runs
            runs = await http.get(f"{at}/runs", headers=BACK_END)
            assert len(runs.json()) == 5
            answers += [runs] + [
                await http.get(f"{at}/runs/{run['run_id']}", headers=BACK_END)
                for run in runs.json()
            ]
            await asyncio.sleep(FLUSH_SECONDS)
    assert all(answer.status_code == 200 for answer in answers)
    found = [(str(answer.url.path), answer.content) for answer in answers] + list(kept.everything())
    assert any(b"my code is [code" in content for _, content in found), "nothing was looked through"
    for secret in (code, CARD.replace(" ", "")):
        assert not [where for where, content in found if holds(content, secret)]


async def test_messages_that_come_together_are_all_heard_and_what_is_too_much_is_refused(kept):
    """A server that does not queue the runs of a thread would keep the last one's message alone."""
    async with httpx.AsyncClient(base_url=kept.url, timeout=200) as http:
        token = (await http.post("/handrail/visitors")).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        thread = (await http.post("/threads", json={})).json()["thread_id"]
        run = {name: it for name, it in RUN.items() if name != "multitask_strategy"}
        texts = [f"Hello, for the {which} time" for which in ("first", "second", "third")]
        answers = await asyncio.gather(
            *(
                http.post(f"/threads/{thread}/runs/wait", json={**run, "input": said(text)})
                for text in texts
            )
        )
        assert [answer.status_code for answer in answers] == [200] * 3
        messages = (await http.get(f"/threads/{thread}/state")).json()["values"]["messages"]
        heard = [message["content"] for message in messages if message["type"] == "human"]
        assert sorted(heard) == sorted(texts)

        much = {**run, "input": said("a" * 50_001)}
        refused = await http.post(f"/threads/{thread}/runs/wait", json=much)
        assert refused.status_code == 413
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"] == "urn:handrail:problem:too_large"
