"""A judge may add a reason for a person. It takes none away, and its silence changes nothing."""

from dataclasses import replace

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.runtime import Runtime

from handrail.graph.context import Context
from handrail.graph.second_opinion import signals_in
from handrail.graph.triage import triage
from handrail.models.outbound import OutboundChatModel
from handrail.models.provider import Link
from tests.fake_services import ScriptedModel, fake_services, lazily
from tests.llm.chain import asked

QUESTION = "How long does a refund take, please?"


def judged_by(*said, **kwargs):
    model = OutboundChatModel(inner=ScriptedModel(script=list(said)))
    return replace(fake_services(**kwargs), judge=Link("openai:judge", model, seconds=2.0))


async def test_it_adds_a_reason():
    services = judged_by(AIMessage('{"found": ["legal"]}'))
    state, _, [packet], _ = await asked(services, QUESTION)
    assert state["owner"] == "human"
    assert state["reasons"] == ["legal"]
    assert [reason["rule"] for reason in packet["reasons"]] == ["second opinion"]
    assert packet["queue"] == services.policy.queue("legal").name


async def test_an_instruction_that_only_it_saw_takes_the_writing_tools_away_too():
    services = judged_by(AIMessage('{"found": ["injection"]}'))
    state = {"messages": [HumanMessage(QUESTION)], "said": QUESTION, "signals": {}}
    update = await triage(state, Runtime(context=Context()), {}, services=lazily(services))
    assert update["reasons"] == ["injection"]
    assert update["instructed"] is True


@pytest.mark.parametrize(
    "said",
    [
        AIMessage('{"found": []}'),
        AIMessage('{"found": ["refund", 3, null]}'),
        AIMessage('{"found": "legal"}'),
        AIMessage("I think that it is fine."),
        AIMessage(""),
        TimeoutError("slow"),
        ValueError("no answer"),
    ],
    ids=repr,
)
async def test_where_it_adds_nothing_the_answer_goes_out(said):
    state, _, packets, _ = await asked(judged_by(said), QUESTION)
    assert state["owner"] == "ai"
    assert not packets


async def test_it_cannot_take_a_reason_away_for_it_is_not_even_asked():
    services = judged_by(AIMessage('{"found": []}'), fired=frozenset({"legal"}))
    state, *_ = await asked(services, QUESTION)
    assert state["reasons"] == ["legal"]
    assert services.judge.model.inner.script, "the call was spared"


async def test_what_it_found_is_kept_with_the_decision():
    services = judged_by(AIMessage('{"found": []}'))
    await asked(services, QUESTION)
    [row] = await services.audit.list("t-1")
    assert row.payload["evidence"]["judge"] == []
    assert row.payload["usage"]["models"] == ["openai:judge"]


def test_a_name_counts_once_and_unknown_ones_not_at_all():
    found = signals_in('{"found": ["anger", "anger", "weather"]}')
    assert list(found) == ["sentiment"]
    assert found["sentiment"]["fired"] is True
