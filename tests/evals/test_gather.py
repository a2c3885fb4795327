"""What insights are made of, read from the stores that the graph writes."""

import json
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from handrail.evals import gather as module
from handrail.evals.gather import decided_turns, gather, insights_now
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.policy import Policy, Quality, Survey, Thresholds
from handrail.graph.services import Records
from handrail.store.audit.memory import MemoryAudit
from handrail.store.audit.protocol import AuditEvent
from handrail.store.audit.sql import SqlAudit
from handrail.store.csat.memory import MemoryCsat
from handrail.store.csat.protocol import Resolution, Surveyed, survey_of
from handrail.store.csat.sql import SqlCsat
from handrail.store.database import open_database
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.migrate import migrate
from handrail.store.notifications.memory import MemoryNotifications
from handrail.store.notifications.sql import SqlNotifications
from handrail.store.reviews.memory import MemoryReviews
from handrail.store.reviews.protocol import Pick, Verdict
from handrail.store.reviews.sql import SqlReviews
from tests.fake_services import cited_answer, fake_services, lazily

AGENT = Context(role="agent", actor="ines", channel="desk")
HOST = Context(role="service", actor="shop", channel="widget")
PLAIN = "Could you look at this for me"
LEGAL = "You will hear from my lawyer"
POLICY = Policy(thresholds=Thresholds(legal_doubt=0))  # the fake heads doubt every word
START = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.fixture(params=["memory", "sql"])
def records(request, tmp_path):
    if request.param == "memory":
        yield Records(
            policy=POLICY, handoffs=MemoryHandoffs(), notifications=MemoryNotifications(),
            audit=MemoryAudit(), csat=MemoryCsat(), reviews=MemoryReviews(),
        )  # fmt: skip
        return
    engine = open_database(f"sqlite:///{tmp_path}/handrail.db")
    migrate(engine)
    yield Records(
        policy=POLICY, handoffs=SqlHandoffs(engine), notifications=SqlNotifications(engine),
        audit=SqlAudit(engine), csat=SqlCsat(engine), reviews=SqlReviews(engine),
    )  # fmt: skip
    engine.dispose()


@dataclass
class House:
    services: Any
    graph: Any

    async def say(self, text, thread="t", channel="mail"):
        given, config = {"messages": [HumanMessage(text)]}, {"configurable": {"thread_id": thread}}
        return await self.graph.ainvoke(given, config, context=Context(channel=channel))

    async def act(self, event, thread="t", context=AGENT):
        given, config = {"messages": [], "event": event}, {"configurable": {"thread_id": thread}}
        return await self.graph.ainvoke(given, config, context=context)


@pytest.fixture
def house(records):
    fakes = fake_services(script=lambda: cited_answer() * 9)
    services = replace(fakes, **{f.name: getattr(records, f.name) for f in fields(records)})
    return House(services, build_graph(lazily(services), checkpointer=InMemorySaver()))


def at(minutes):
    return (START + timedelta(minutes=minutes)).isoformat(timespec="seconds")


async def turn(records, thread, number=1, *, minutes=0, action="reply", actor="ai", **payload):
    facts = {"topic": "sizes", "channel": "mail"} | payload
    await records.audit.record(
        AuditEvent(f"{thread}{number}{minutes}{action}", at(minutes), thread, number, actor, action,
                   "p", facts)
    )  # fmt: skip


def resolved(key, path="ai", minutes=5, by="customer"):
    return Resolution(key=key, path=path, by=by, at=at(minutes), channel="mail")


async def test_empty_stores_give_no_facts_and_a_deflection_withheld(records):
    assert await gather(records) == ([], [], [])
    shown = await insights_now(records)
    assert len(shown.deflection.withheld) == 4


async def test_what_the_graph_writes_is_what_insights_read(house):
    await house.say(PLAIN, "a")
    await house.act({"type": "resolve"}, "a", HOST)
    await house.say(PLAIN, "b", channel="chat")
    await house.say(LEGAL, "b", channel="chat")
    await house.act({"type": "claim"}, "b")
    await house.act({"type": "reply", "text": "Hello, Ines here."}, "b")
    await house.act({"type": "mark", "false_handoff": True}, "b")
    await house.act({"type": "resolve"}, "b")
    await house.say(PLAIN, "c")
    episodes, handoffs, reviews = await gather(house.services)
    a, b, c = sorted(episodes, key=lambda fact: fact.key)
    assert (a.key, a.thread_id, a.episode, a.channel) == ("a:1", "a", 1, "mail")
    assert (a.path, a.resolved, a.surveyed, a.rating) == ("ai", True, True, None)
    assert a.topics == b.topics == c.topics == ("refund_policy",)
    assert (b.path, b.channel, b.resolved) == ("ai_then_human", "chat", True)
    assert (c.path, c.resolved_at, c.surveyed) == (None, None, False)
    [handoff] = handoffs
    assert (handoff.key, handoff.reasons, handoff.queue) == ("b:1", ("legal",), "compliance")
    assert (handoff.status, handoff.false_handoff) == ("resolved", True)
    assert handoff.replied_at is not None
    assert reviews == []
    turns = await decided_turns(house.services)
    assert [(turn.key, turn.outcome) for turn in turns] == [
        ("a:1", "answered"), ("b:1", "answered"), ("b:1", "handed_over"), ("c:1", "answered"),
    ]  # fmt: skip
    assert [turn.confidence is None for turn in turns] == [False, False, True, False]
    mailed = await insights_now(house.services, channel="mail")
    assert sum(band.answered for band in mailed.confidence.bins) == 2
    assert mailed.confidence.handed_over_unscored == 0
    shown = await insights_now(house.services)
    assert shown.channels == {"chat": 1, "mail": 2}


async def test_who_had_left_is_in_no_survey(house):
    await house.say(LEGAL)
    await house.act({"type": "claim"})
    await house.act({"type": "abandon"})
    [episode], [handoff], _ = await gather(house.services)
    assert (episode.path, episode.resolved, episode.surveyed) == (None, False, False)
    assert handoff.status == "abandoned"


async def test_what_the_desk_does_begins_no_episode(house):
    await house.say(LEGAL)
    await house.act({"type": "claim"})
    await house.act({"type": "hand_back"})
    [kept] = await house.services.handoffs.list()
    await house.act({"type": "mark", "false_handoff": True, "handoff": kept["id"]})
    await house.act({"type": "claim"}, "nowhere", Context())
    episodes, _, _ = await gather(house.services)
    assert [fact.key for fact in episodes] == ["t:1"]


async def test_an_episode_runs_from_its_first_turn_to_the_last_sign_of_life(records):
    await turn(records, "t", minutes=3, topic="delivery")
    await turn(records, "t", minutes=1)
    await turn(records, "t", minutes=9, action="mark", actor="ines")
    await turn(records, "t", minutes=4, topic="smalltalk")
    await turn(records, "t", minutes=4, action="hold", topic=None, channel="chat")
    [fact], _, _ = await gather(records)
    assert (fact.began_at, fact.last_at) == (at(1), at(4))
    assert (set(fact.topics), fact.channel) == ({"delivery", "sizes"}, "mail")


async def test_a_goodbye_after_the_end_is_no_new_request_and_a_greeting_alone_is_one(records):
    await turn(records, "t", 1)
    await turn(records, "t", 2, minutes=2, topic="smalltalk")
    await turn(records, "u", 1, topic="smalltalk")
    episodes, _, _ = await gather(records)
    assert {fact.key for fact in episodes} == {"t:1", "u:1"}


async def test_a_resolution_that_names_nobody_is_none(records):
    await turn(records, "t")

    class Old(MemoryCsat):
        async def list(self, *, after=None, limit=1000):
            return [
                Surveyed("t:1", "ai", None, at(2), None, 5, None),
                Surveyed("u:1", "human", "ines", None, None, 5, None),
            ]

    episodes, _, _ = await gather(replace(records, csat=Old()))
    [fact] = episodes
    assert (fact.path, fact.resolved_at, fact.surveyed) == (None, None, False)


async def test_a_resolution_without_a_trail_is_not_lost(records):
    await records.csat.resolved(resolved("a:b:2", "human"))
    [fact], _, _ = await gather(records)
    assert (fact.thread_id, fact.episode, fact.path) == ("a:b", 2, "human")
    assert (fact.began_at, fact.channel) == (at(5), "mail")


async def test_every_page_is_read(records, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 3)
    for number in range(7):
        await turn(records, f"t{number}", minutes=number)
        await records.csat.resolved(resolved(f"t{number}:1", minutes=number + 1))
    episodes, _, _ = await gather(records)
    assert len(episodes) == sum(fact.resolved for fact in episodes) == 7


async def test_a_period_takes_what_began_in_it(records):
    for number in (1, 2, 3):
        await turn(records, f"t{number}", minutes=number)
        await records.reviews.pick([Pick(f"t{number}:1", at(9), "s")])
        await records.reviews.give(Verdict(f"t{number}:1", "Ada", "right", at(9)))
    episodes, _, reviews = await gather(records, at(2), at(3))
    assert [fact.key for fact in episodes] == ["t2:1"]
    assert [fact.key for fact in reviews] == ["t2:1"]


async def test_the_latest_verdict_of_each_reviewer_counts_and_a_pick_alone_does_not(records):
    await turn(records, "t")
    await turn(records, "u", minutes=1)
    await records.reviews.pick([Pick("t:1", at(9), "s"), Pick("u:1", at(9), "s")])
    for finding, by in (("wrong", "Ada"), ("right", "Ada"), ("wrong", "Omar")):
        await records.reviews.give(Verdict("t:1", by, finding, at(10)))
    _, _, reviews = await gather(records)
    assert sorted((fact.key, fact.verdict) for fact in reviews) == [
        ("t:1", "right"), ("t:1", "wrong"),
    ]  # fmt: skip


async def test_insights_go_by_the_bars_of_the_policy_and_by_the_period(records):
    survey, quality = Survey(minimum_ratings=2), Quality(minimum=2, window_days=3)
    strict = replace(records, policy=Policy(survey=survey, quality=quality))
    for number, rating in ((1, 5), (2, 4)):
        await turn(records, f"t{number}", minutes=number)
        await records.csat.resolved(resolved(f"t{number}:1"))
        await records.csat.rate(survey_of(f"t{number}:1"), rating, "", at(6))
    # It came back a day later: after the period, and within the window.
    await turn(records, "t1", 2, minutes=24 * 60)
    later = START + timedelta(days=30)
    shown = await insights_now(strict, at(0), at(60), now=later)
    assert shown.csat["ai"].satisfied == 1.0
    assert (shown.bars.window_days, shown.since, shown.until) == (3, at(0), at(60))
    assert (shown.quality["reopened"].n, shown.quality["reopened"].value) == (2, 0.5)
    assert shown.channels == {"mail": 2}


async def test_facts_hold_no_word_of_a_customer(house):
    await house.say("Could you look at this for Zebulon")
    await house.say("my lawyer Zebulon will write")
    assert "Zebulon" not in str(await gather(house.services))
    kept = list(await house.services.audit.page())
    assert "Zebulon" not in json.dumps([event.payload for event in kept])
    routes = [event.payload["route"] for event in kept]
    assert routes == ["automate", "escalate"]
    assert [event.payload["channel"] for event in kept] == ["mail", "mail"]


def test_nothing_in_gathering_adds_up_the_paths():
    names = [name.lower() for name in dir(module)]
    assert not [n for n in names if "total" in n or "overall" in n or "all_paths" in n]
