"""However a model or its server behaves, the customer gets a right reply or a person."""

from dataclasses import replace

import pytest
from langchain_core.messages import AIMessage

from handrail.evals.replay import without_effects
from handrail.graph.writing.health import Health
from tests.llm.behaviours import BEHAVIOURS
from tests.llm.chain import SECONDS, asked, behind
from tests.llm.server import answer, cited, good, search, speaking
from tests.loopback import Reply

IMPATIENT = {"hangs": 1.0, "slow tokens": 1.0}  # for these the time has to run out
HALF_WAY = {"down after the search", "a flood of words"}


@pytest.mark.parametrize("name", BEHAVIOURS)
async def test_it_ends_in_a_right_reply_or_with_a_person(name, real_services, monkeypatch):
    behave, wanted = BEHAVIOURS[name]
    outcome, _, veto = wanted.partition(" ")
    seconds = IMPATIENT.get(name, SECONDS)
    with speaking(behave) as server:
        services = replace(
            without_effects(real_services),
            chain=behind(monkeypatch, server.url, seconds=seconds),
            health=Health(),
        )
        state, streamed, packets, took = await asked(services)
    [said] = [m for m in state["messages"] if isinstance(m, AIMessage)]
    assert said.text.strip(), "the customer was left without a word"
    assert took < seconds + 45  # of policy
    if outcome == "person":
        assert state["owner"] == "human"
        [packet] = packets
        assert [reason["reason"] for reason in packet["reasons"]] == ["low_confidence"]
        assert not veto or veto in packet["evidence"]["vetoes"], packet["evidence"]
        if packet["draft"]:
            assert packet["draft"] not in str(streamed)
        return
    assert state["owner"] == "ai", packets
    assert not packets
    assert state["citations"]
    by = "embedded" if outcome == "embedded" else "openai:fake-0"
    [row] = await services.audit.list("t-1")
    assert row.payload["evidence"]["model"] == by
    assert all(one["quote"] for one in state["citations"])
    assert ("usage" in row.payload) == (outcome == "reply" or name in HALF_WAY)


async def test_the_second_model_goes_on_where_the_first_one_fails(real_services, monkeypatch):
    behave, _ = BEHAVIOURS["down after the search"]
    with speaking(behave) as down, speaking(good) as up:
        services = replace(
            without_effects(real_services),
            chain=behind(monkeypatch, down.url, up.url),
            health=Health(),
        )
        state, *_ = await asked(services)
    [row] = await services.audit.list("t-1")
    assert state["owner"] == "ai"
    assert row.payload["evidence"]["model"] == "openai:fake-1"
    assert row.payload["evidence"]["models_tried"] == ["openai:fake-0: failed (OpenAIAPIError)"]
    assert len(up.seen) == 1, "the search of the first one was used"


async def test_a_model_that_is_down_is_left_alone_for_a_while(real_services, monkeypatch):
    behave, _ = BEHAVIOURS["500 for ever"]
    with speaking(behave) as down:
        services = replace(
            without_effects(real_services), chain=behind(monkeypatch, down.url), health=Health()
        )
        counts = []
        for _ in range(7):
            before = len(down.seen)
            state, *_ = await asked(services)
            assert state["citations"], "the embedded model answers meanwhile"
            counts.append(len(down.seen) - before)
    assert all(count > 0 for count in counts[:5])
    assert counts[5:] == [0, 0]


async def test_a_passing_failure_does_not_change_how_a_server_is_asked(real_services, monkeypatch):
    def behave(asked):
        return Reply(status=500, json={}) if asked.number < 2 else good(asked)  # with its retry

    with speaking(behave) as server:
        health = Health()
        services = replace(
            without_effects(real_services), chain=behind(monkeypatch, server.url), health=health
        )
        state, *_ = await asked(services)
        assert state["owner"] == "ai"
        assert not health.unforced
        assert server.seen[-1].json()["tool_choice"] == "required"


@pytest.mark.parametrize(
    "after", [lambda a: search(f"again {a.number}"), lambda a: answer("")], ids=["loop", "gave up"]
)
async def test_a_person_sees_the_draft_that_was_stopped(after, real_services, monkeypatch):
    def behave(asked):
        if not asked.passages:
            return search()
        if asked.stopped or asked.number > 2:
            return after(asked)
        made = cited(asked)
        return answer(f"{made['reply']} I have refunded you.", made["claims"])

    with speaking(behave) as server:
        services = replace(
            without_effects(real_services),
            chain=behind(monkeypatch, server.url),
            health=Health(),
        )
        state, _, [packet], _ = await asked(services)
    assert state["owner"] == "human"
    assert packet["draft"].endswith("I have refunded you.")
    assert "claims_action" in packet["evidence"]["vetoes"]
