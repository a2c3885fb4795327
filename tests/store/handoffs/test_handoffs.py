from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from handrail.store.errors import StoreDown
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.store.handoffs.protocol import (
    Entry,
    HandoffPacket,
    Handoffs,
    Reason,
    Standing,
    Step,
    UnknownHandoff,
    Wanted,
)
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.handoffs.tables import EntryRow, HandoffRow


def entry(number: int, text: str = "") -> Entry:
    return Entry(
        id=f"m-{number}",
        role="customer" if number % 2 else "ai",
        text=text or f"message {number}",
        at=f"2026-03-01T10:{number % 60:02}:00+00:00",
    )


def packet(**changes: Any) -> HandoffPacket:
    facts = HandoffPacket(
        id="h-1", key="t-1:1", thread_id="t-1", episode=1,
        reasons=[Reason(reason="legal", score=0.93, words=["solicitor"], rule="lexicon")],
        priority="urgent", queue="compliance", owner=None, status="open",
        created_at="2026-03-01T10:00:00+00:00", due_at="2026-03-01T11:00:00+00:00",
        claimed_at=None, replied_at=None, waiting_since="2026-03-01T10:00:00+00:00",
        unowned_since="2026-03-01T10:00:00+00:00", closed_at=None, false_handoff=None, channel="chat", notes=[],
        customer_id="c-1", language="en", transcript=[entry(1), entry(2)],
        tool_trace=[{"tool": "look_up_order", "args": {}, "result": {"outcome": "found"}}],
        draft="unsent", confidence=0.4, evidence={"support": 0.5}, policy_version="p-1",
        summary="legal: …",
    )  # fmt: skip
    return cast("HandoffPacket", {**facts, **changes})


def standing(**changes: Any) -> Standing:
    whole = packet(**changes)
    return cast("Standing", {name: whole[name] for name in Standing.__annotations__})


def step(act: str, actor: str = "noor", **more: Any) -> Step:
    at = "2026-03-01T10:05:00+00:00"
    return Step(
        event_id=more.pop("event_id", f"{act}-{actor}"),
        act=act,
        actor=actor,
        at=more.pop("at", at),
        **more,
    )


CLAIMED: dict[str, Any] = {
    "status": "claimed", "owner": "noor", "claimed_at": "2026-03-01T10:05:00+00:00",
    "unowned_since": None,
}  # fmt: skip


@pytest.fixture
def sql(engine: Engine) -> Handoffs:
    return SqlHandoffs(engine)


@pytest.fixture(params=["sql", "memory"])
def handoffs(request: pytest.FixtureRequest, sql: Handoffs) -> Handoffs:
    return sql if request.param == "sql" else MemoryHandoffs()


async def test_a_packet_comes_back_as_it_was(handoffs: Handoffs) -> None:
    assert await handoffs.open(packet()) == (standing(), True)
    assert await handoffs.get("h-1") == packet()
    assert await handoffs.get("h-2") is None


async def test_a_second_packet_with_the_same_key_changes_nothing(handoffs: Handoffs) -> None:
    await handoffs.open(packet())
    await handoffs.act("h-1", step("claim"))
    kept, made = await handoffs.open(packet(id="h-2", queue="care", transcript=[entry(9)]))
    assert not made
    assert kept == standing(**CLAIMED)
    assert await handoffs.get("h-2") is None


async def test_the_next_episode_is_another_handoff(handoffs: Handoffs) -> None:
    await handoffs.open(packet())
    assert (await handoffs.open(packet(id="h-2", key="t-1:2", episode=2)))[1]
    assert len(await handoffs.list()) == 2


async def test_an_id_taken_by_another_key_is_an_error_not_a_wrong_packet(sql: Handoffs) -> None:
    await sql.open(packet())
    with pytest.raises(StoreDown, match="Keeping a handoff failed"):
        await sql.open(packet(key="t-9:1"))


def test_eight_at_once_make_one_handoff(sql: Handoffs, engine: Engine) -> None:
    def open_one(number: int) -> tuple[Standing, bool]:
        return asyncio.run(sql.open(packet(id=f"h-{number}")))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(open_one, range(8)))
    assert [made for _, made in answers].count(True) == 1
    assert len({kept["id"] for kept, _ in answers}) == 1
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(HandoffRow)) == 1
        assert session.scalar(select(func.count()).select_from(EntryRow)) == 2


def test_appends_at_once_are_kept_once_each_and_in_turn(sql: Handoffs) -> None:
    asyncio.run(sql.open(packet()))

    def append(number: int) -> None:
        asyncio.run(sql.append("h-1", [entry(3 + number % 6)]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(24)))
    rows = asyncio.run(sql.transcript("h-1"))
    assert [row["id"] for row in rows[:2]] == ["m-1", "m-2"]
    assert sorted(row["id"] for row in rows[2:]) == [f"m-{number}" for number in range(3, 9)]


async def test_appending_the_same_message_again_changes_nothing(handoffs: Handoffs) -> None:
    await handoffs.open(packet())
    for text in ("first", "again"):
        await handoffs.append("h-1", [entry(3, text)])
    await handoffs.append("h-1", [entry(2, "known from the start")])
    await handoffs.append("h-1", [entry(4)])
    assert [row["text"] for row in await handoffs.transcript("h-1")] == [
        "message 1", "message 2", "first", "message 4",
    ]  # fmt: skip


async def test_messages_without_an_id_or_with_a_repeated_one_are_all_kept(sql: Handoffs) -> None:
    nameless = Entry(id="", role="customer", text="no id", at=None)
    await sql.open(packet(transcript=[nameless, entry(1), nameless, entry(1, "twice")]))
    await sql.append("h-1", [nameless])
    texts = [row["text"] for row in await sql.transcript("h-1")]
    assert texts == ["no id", "message 1", "no id", "twice", "no id"]


async def test_the_transcript_is_paged_and_never_shortened(handoffs: Handoffs) -> None:
    everything = [entry(number) for number in range(1, 121)]
    await handoffs.open(packet(transcript=everything))
    pages: list[Entry] = []
    sizes: list[int] = []
    while page := await handoffs.transcript("h-1", after=len(pages)):
        pages += page
        sizes.append(len(page))
    assert pages == everything
    assert sizes == [50, 50, 20]
    assert await handoffs.transcript("h-1", after=118, limit=1) == [everything[118]]
    assert await handoffs.transcript("h-1", after=120) == []
    for entries in (0, 51, 120, 500):
        part = await handoffs.get("h-1", entries)
        assert part is not None
        assert part["transcript"] == everything[:entries]
    assert await handoffs.get("h-9", 0) is None


async def test_long_and_strange_text_is_kept_whole(handoffs: Handoffs) -> None:
    text = "é漢🙂\n'; DROP TABLE handoffs; --\t" * 5000
    await handoffs.open(packet(transcript=[entry(1, text)]))
    assert (await handoffs.transcript("h-1"))[0]["text"] == text


async def test_the_list_is_filtered_and_starts_with_what_is_due(handoffs: Handoffs) -> None:
    for number, (queue, due) in enumerate([("care", "12"), ("care", "11"), ("vip", "10")]):
        due_at = f"2026-03-01T{due}:00:00+00:00"
        await handoffs.open(
            packet(id=f"h-{number}", key=f"t:{number}", queue=queue, due_at=due_at,
                   customer_id=f"cus_{queue}")
        )  # fmt: skip
    await handoffs.act("h-1", step("claim"))

    async def ids(**wanted: Any) -> list[str]:
        return [kept["id"] for kept in await handoffs.list(Wanted(**wanted))]

    assert await ids() == ["h-2", "h-1", "h-0"]
    assert await ids(queue="care") == ["h-1", "h-0"]
    assert await ids(status="open") == ["h-2", "h-0"]
    assert await ids(status="claimed", queue="care") == ["h-1"]
    assert await ids(queue="nobody") == []
    assert await ids(customer="cus_care") == ["h-1", "h-0"]
    assert await ids(reason="legal", limit=1) == ["h-2"]
    assert await ids(after="h-2", limit=1) == ["h-1"]
    assert await ids(reason="lega") == []
    assert await ids(owner="noor", unfinished=True) == ["h-1"]
    assert await ids(overdue_at="2026-03-01T11:30:00+00:00") == ["h-2", "h-1"]
    assert await ids(since="2026-03-01T10:00:01+00:00") == []


async def test_what_is_over_is_listed_by_its_end_the_last_first(handoffs: Handoffs) -> None:
    for number in range(4):
        await handoffs.open(packet(id=f"h-{number}", key=f"t:{number}"))
        await handoffs.act(f"h-{number}", step("claim", event_id=f"c-{number}"))
    for minute, number in enumerate((1, 0, 2)):
        at = f"2026-03-01T11:0{minute}:00+00:00"
        await handoffs.act(f"h-{number}", step("resolve", event_id=f"r-{number}", at=at))

    async def ids(**wanted: Any) -> list[str]:
        return [kept["id"] for kept in await handoffs.list(Wanted(finished=True, **wanted))]

    assert await ids() == ["h-2", "h-0", "h-1"]
    assert await ids(after="h-2", limit=1) == ["h-0"]
    assert await ids(after="h-1") == []


async def test_two_agents_at_once_one_wins_and_the_other_is_told_who(handoffs: Handoffs) -> None:
    await handoffs.open(packet())
    first, second = await asyncio.gather(
        handoffs.act("h-1", step("claim")), handoffs.act("h-1", step("claim", "omar"))
    )
    winner = next(it for it in (first, second) if it.problem is None)
    loser = next(it for it in (first, second) if it.problem is not None)
    assert loser.problem == f"claimed_by:{winner.standing['owner']}"


def test_eight_threads_claim_and_one_wins(sql: Handoffs) -> None:
    asyncio.run(sql.open(packet()))
    with ThreadPoolExecutor(8) as pool:
        claims = pool.map(lambda n: asyncio.run(sql.act("h-1", step("claim", f"a{n}"))), range(8))
        problems = [outcome.problem for outcome in claims]
    assert problems.count(None) == 1
    assert len(set(problems)) == 2


async def test_the_same_event_is_carried_out_once(handoffs: Handoffs) -> None:
    await handoffs.open(packet())
    await handoffs.act("h-1", step("claim"))
    for _ in range(2):
        await handoffs.act("h-1", step("note", text="rang them \x00"))
    again = await handoffs.act("h-1", step("note", text="other words"))
    assert again.repeated
    kept = await handoffs.get("h-1")
    assert kept is not None
    assert len(kept["notes"]) == 1
    await handoffs.act("h-1", step("hand_back"))
    late = await handoffs.act("h-1", step("claim"))
    assert (late.repeated, late.standing["status"]) == (True, "handed_back")
    assert await handoffs.done("claim-noor") == late.standing
    assert await handoffs.done("claim-omar") is None


async def test_a_conversation_goes_from_hand_to_hand(handoffs: Handoffs) -> None:
    await handoffs.open(packet())
    assert (await handoffs.act("h-1", step("reply"))).problem == "claim_first"
    await handoffs.act("h-1", step("claim"))
    assert (await handoffs.act("h-1", step("reply", "omar"))).problem == "claimed_by:noor"
    replied = (await handoffs.act("h-1", step("reply"))).standing
    assert (replied["replied_at"], replied["waiting_since"]) == ("2026-03-01T10:05:00+00:00", None)
    await handoffs.append("h-1", [entry(3)])
    waiting = await handoffs.standing("t-1:1")
    assert waiting is not None
    assert waiting["waiting_since"] == entry(3)["at"]
    moved = (
        await handoffs.act("h-1", step("transfer", "omar", owner="ines", queue="vip"))
    ).standing
    assert (moved["status"], moved["owner"], moved["queue"]) == ("open", "ines", "vip")
    await handoffs.act("h-1", step("claim", "ines"))
    done = (await handoffs.act("h-1", step("resolve", "ines"))).standing
    assert (done["status"], done["closed_at"]) == ("resolved", "2026-03-01T10:05:00+00:00")
    assert (await handoffs.act("h-1", step("claim", "omar", event_id="late"))).problem == "closed"
    marked = await handoffs.act("h-1", step("mark", "ines", false_handoff=True))
    assert marked.standing["false_handoff"] is True


async def test_an_unknown_handoff_is_an_error_that_names_it(handoffs: Handoffs) -> None:
    with pytest.raises(UnknownHandoff, match="h-9"):
        await handoffs.append("h-9", [entry(1)])
    with pytest.raises(UnknownHandoff, match="h-9"):
        await handoffs.act("h-9", step("claim"))
    with pytest.raises(UnknownHandoff, match="h-9"):
        await handoffs.transcript("h-9")


async def test_of_those_due_at_once_who_came_first_is_first(handoffs: Handoffs) -> None:
    for number, minute in enumerate((20, 10, 30)):
        at = f"2026-03-01T10:{minute}:00+00:00"
        await handoffs.open(packet(id=f"h-{number}", key=f"t:{number}", created_at=at))
    first = await handoffs.list(Wanted(limit=1))
    rest = await handoffs.list(Wanted(after=first[0]["id"]))
    assert [one["id"] for one in [*first, *rest]] == ["h-1", "h-0", "h-2"]
