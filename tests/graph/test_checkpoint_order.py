"""What was kept last stands in the thread, whatever the clock of a worker does."""

from __future__ import annotations

import operator
import time
from types import SimpleNamespace
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.base import id as checkpoint_ids
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph

from handrail.graph.checkpoint_order import come_after
from handrail.graph.compiled import SupportGraph

THREAD = {"configurable": {"thread_id": "t"}}
HOUR = 3600 * 10**9


class Talk(TypedDict):
    said: Annotated[list[str], operator.add]


@pytest.fixture
def clock_at(monkeypatch):
    """Return what plays a process that has made no id yet, and whose clock is so many hours off."""

    def play(hours: int) -> None:
        clock = SimpleNamespace(time_ns=lambda: time.time_ns() + hours * HOUR)
        monkeypatch.setattr(checkpoint_ids, "time", clock)
        monkeypatch.setattr(checkpoint_ids, "_last_v6_timestamp", None)

    return play


def plain(saver: Any) -> Any:
    builder = StateGraph(Talk)
    builder.add_node("say", lambda state: {})
    builder.add_edge(START, "say")
    builder.add_edge("say", END)
    return builder.compile(checkpointer=saver)


def ours(saver: Any) -> Any:
    return SupportGraph.of(plain(saver))


async def said(graph: Any, text: str) -> list[str]:
    await graph.ainvoke({"said": [text]}, THREAD)
    return (await graph.aget_state(THREAD)).values["said"]


@pytest.mark.parametrize("hours", [-2, 0])
@pytest.mark.parametrize("open_saver", ["memory", "sqlite"])
async def test_a_worker_whose_clock_is_behind_adds_to_what_was_said(
    open_saver, hours, clock_at, tmp_path
):
    async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "c.db")) as on_disk:
        saver = InMemorySaver() if open_saver == "memory" else on_disk
        clock_at(3)
        assert await said(ours(saver), "One") == ["One"]
        clock_at(hours)
        assert await said(ours(saver), "Two") == ["One", "Two"]
        clock_at(-5)
        assert await said(ours(saver), "Three") == ["One", "Two", "Three"]


async def test_langgraph_alone_would_not_show_it(clock_at):
    saver = InMemorySaver()
    clock_at(3)
    await said(plain(saver), "One")
    clock_at(0)
    assert await said(plain(saver), "Two") == ["One"]


async def test_many_turns_tell_the_checkpointer_once(clock_at):
    saver = InMemorySaver()
    graph = ours(saver)
    await said(graph, "One")
    first = saver.aget_tuple
    await said(graph, "Two")
    assert saver.aget_tuple is first


def test_the_next_id_is_after_one_that_was_read(clock_at):
    clock_at(3)
    ahead = str(checkpoint_ids.uuid6())
    clock_at(0)
    assert str(checkpoint_ids.uuid6()) < ahead
    come_after(ahead)
    assert str(checkpoint_ids.uuid6()) > ahead


@pytest.mark.parametrize("strange", ["", "1", "not-an-id", "7d444840-9dc0-11d1-b245-5ffdce74fad2"])
def test_an_id_of_another_kind_changes_nothing(strange, clock_at):
    clock_at(0)
    come_after(strange)
    before = time.time_ns()
    assert abs(checkpoint_ids.uuid6().time - (before // 100 + 0x01B21DD213814000)) < 10**7


def test_langgraph_keeps_its_last_time_where_it_is_looked_for():
    assert hasattr(checkpoint_ids, "_last_v6_timestamp")
