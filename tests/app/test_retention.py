"""The command: old conversations are forgotten whole, what goes on stays, and it says what it did."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from pydantic import SecretStr
from rich.console import Console
from typer.testing import CliRunner

from handrail.app import retention
from handrail.app.cli import app
from handrail.app.conversations.checkpointer import CheckpointerConversations, open_saver
from handrail.app.conversations.protocol import ConversationsDown
from handrail.graph.opening import open_records
from handrail.graph.policy import Policy
from handrail.graph.policy_file import BadPolicy, read_policy
from handrail.store.handoffs.protocol import Step
from tests.app.test_forget import FakeServer, holds_words, settings_in, talk

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=40)


def kept_for(tmp_path, lines: str):
    """Return settings with a policy that has these lines in [retention]."""
    policy = tmp_path / "policy.toml"
    policy.write_text(f'version = "t"\n[retention]\n{lines}\n', encoding="utf-8")
    talks = SecretStr(str(tmp_path / "talks.db"))
    return settings_in(tmp_path, policy=policy, checkpoints=talks)


async def run(settings, *, really: bool) -> str:
    text = StringIO()
    assert (
        await retention.run_retention(Console(file=text, width=200), settings, really=really) == 0
    )
    return text.getvalue()


async def close(settings, thread: str) -> None:
    handoffs = open_records(settings).handoffs
    for act in ("claim", "resolve"):
        step = Step(event_id=f"{thread}:{act}", act=act, actor="ines", at=NOW.isoformat())
        (standing,) = [one for one in await handoffs.list() if one["thread_id"] == thread]
        assert (await handoffs.act(standing["id"], step)).problem is None


async def test_an_old_conversation_goes_whole_and_an_open_one_stays(tmp_path, monkeypatch):
    settings = kept_for(tmp_path, "conversations = 30")
    for thread in ("t-closed", "t-open"):
        await talk(settings, thread)
    await close(settings, "t-closed")
    assert "Nothing is older" in await run(settings, really=True)
    monkeypatch.setattr(retention, "now", lambda: LATER)
    dry = await run(settings, really=False)
    assert "checkpoints" in dry
    assert "Nothing has been changed" in dry
    assert "Kept whatever its age: transcripts, comments, reviews, audit." in dry
    done = await run(settings, really=True)
    assert "transcript" in done
    assert holds_words(tmp_path)  # of the open one
    standing = {one["thread_id"] for one in await open_records(settings).handoffs.list()}
    assert "t-open" in standing
    assert "t-closed" not in standing
    async with open_saver(settings.checkpoints.get_secret_value()) as saver:
        kept = CheckpointerConversations(saver)
        assert await kept.there("t-open")
        assert not await kept.there("t-closed")
    assert "Nothing is older" in await run(settings, really=True)


async def test_a_conversation_that_goes_on_meanwhile_stays(tmp_path, monkeypatch):
    """Its server knows of a run that has not come to our trail yet."""
    settings = kept_for(tmp_path, "conversations = 30")
    old, young = (NOW - timedelta(days=50)).isoformat(), LATER.isoformat()
    server = FakeServer({"silent": {}, "at-work": {}, "young": {}, "t-again": {}, "t-open": {}})
    server.changed = {
        "silent": old,
        "at-work": old,
        "young": young,
        "t-again": young,
        "t-open": old,
    }
    server.status = {"at-work": "busy"}
    for thread in ("t-again", "t-open"):
        await talk(settings, thread)
    await close(settings, "t-again")

    @asynccontextmanager
    async def places(_settings, _server):
        yield [server.conversations()]

    monkeypatch.setattr(retention, "now", lambda: LATER)
    monkeypatch.setattr(retention, "open_conversations", places)
    monkeypatch.setattr(retention, "BATCH", 2)
    await run(settings, really=True)
    assert set(server.threads) == {"at-work", "young", "t-again", "t-open"}
    standing = {one["thread_id"] for one in await open_records(settings).handoffs.list()}
    assert standing == {"t-again", "t-open"}


async def test_threads_are_read_in_pages_till_one_is_young():
    server = FakeServer({f"t{n:03}": {} for n in range(250)})
    server.changed = {id_: f"2026-01-01T00:{n % 60:02}:00Z" for n, id_ in enumerate(server.threads)}
    server.changed |= {f"t{n:03}": "2026-03-01T00:00:00Z" for n in range(20)}
    found = await server.conversations().idle_since(datetime(2026, 2, 1, tzinfo=UTC))
    assert found == {f"t{n:03}" for n in range(20, 250)}
    assert await server.conversations().changed_at("gone") is None


async def test_where_conversations_are_kept_must_be_known(tmp_path):
    settings = kept_for(tmp_path, "conversations = 30").model_copy(update={"checkpoints": None})
    with pytest.raises(ConversationsDown, match="HANDRAIL_SERVER_URL or HANDRAIL_CHECKPOINTS"):
        await run(settings, really=True)


def test_left_out_keys_keep_what_figures_need():
    kept = {kind for kind, days in Policy().retention.model_dump().items() if days is None}
    assert kept == {"conversations", "transcripts", "comments", "reviews", "audit"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("audit = 90", "audit must be as many days as conversations or more"),
        ("audit = 90\nconversations = 91", "audit must be as many days"),
        ("codes = 0", "greater than or equal to 1"),
        ("everything = 1", "unknown key"),
    ],
)
def test_a_mistake_is_told(tmp_path, lines, said):
    with pytest.raises(BadPolicy, match=said):
        read_policy(kept_for(tmp_path, lines).policy)


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("HANDRAIL_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    done = CliRunner().invoke(app, ["retention", "--yes"])
    assert done.exit_code == 0, done.output
    assert "Nothing is older than [retention] says." in done.output
