"""Spans and metrics of calls: what they used, how they failed, and words only where asked for."""

from __future__ import annotations

import json

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI
from opentelemetry.trace import SpanKind, StatusCode

from handrail.models.message_parts import CAPTURE
from handrail.models.outbound import OutboundChatModel
from handrail.models.redaction import hidden_kinds
from handrail.models.telemetry import chat_span, model_named, retrieval_span, tool_span
from tests.fake_services import ScriptedModel
from tests.listening import listening_in

CARD = "4242 4242 4242 4242"
ASKED = [
    SystemMessage("Answer from the help centre."),
    HumanMessage(f"I am ana@example.com, card {CARD}"),
    AIMessage("", tool_calls=[{"name": "look_up", "args": {"who": "ana@example.com"}, "id": "1"}]),
    ToolMessage('{"mail": "ana@example.com"}', tool_call_id="1"),
]
SAID = AIMessage(
    "Written to ana@example.com.",
    usage_metadata={
        "input_tokens": 120, "output_tokens": 7, "total_tokens": 127,
        "input_token_details": {"cache_read": 100},
    },
    response_metadata={"model_name": "gpt-5-mini-2026"},
)  # fmt: skip


@pytest.fixture
def heard(monkeypatch):
    monkeypatch.delenv(CAPTURE, raising=False)
    with listening_in() as heard:
        yield heard


def test_what_a_call_used(heard):
    with chat_span("openai", "gpt-5-mini") as span:
        span.answered(ASKED, SAID)
    (told,) = heard.spans()
    assert (told.name, told.kind) == ("chat gpt-5-mini", SpanKind.CLIENT)
    assert dict(told.attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-5-mini",
        "gen_ai.response.model": "gpt-5-mini-2026",
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.output_tokens": 7,
        "gen_ai.usage.cache_read.input_tokens": 100,
    }
    points = heard.points("gen_ai.client.token.usage")
    used = {point.attributes["gen_ai.token.type"]: point.sum for point in points}
    assert used == {"input": 120, "output": 7}
    assert {point.attributes["gen_ai.response.model"] for point in points} == {"gpt-5-mini-2026"}


def test_what_is_not_known_is_not_told(heard):
    with chat_span("handrail", "embedded") as span:
        span.answered(ASKED, AIMessage("Hello."))
    (told,) = heard.spans()
    assert told.kind is SpanKind.INTERNAL
    assert not [
        name for name in told.attributes if name.startswith(("gen_ai.usage", "gen_ai.resp"))
    ]
    assert heard.points("gen_ai.client.token.usage") == []
    (took,) = heard.points("gen_ai.client.operation.duration")
    assert took.count == 1


def test_a_call_that_fails_says_which_error_and_not_its_words(heard):
    error = TimeoutError("no answer to ana@example.com")
    with pytest.raises(TimeoutError), chat_span("openai", "gpt-5-mini"):
        raise error
    (told,) = heard.spans()
    assert told.status.status_code is StatusCode.ERROR
    assert told.status.description is None
    assert told.attributes["error.type"] == "TimeoutError"
    assert "ana@" not in heard.everything()
    (took,) = heard.points("gen_ai.client.operation.duration")
    assert took.attributes["error.type"] == "TimeoutError"


@pytest.mark.parametrize("value", [None, "", "false", "no_content", "event_only"])
def test_no_word_stands_on_a_span_by_default(heard, monkeypatch, value):
    if value is not None:
        monkeypatch.setenv(CAPTURE, value)
    with chat_span("openai", "gpt-5-mini") as span:
        span.answered(ASKED, SAID)
    assert not [name for name in heard.spans()[0].attributes if "messages" in name]
    assert "help centre" not in heard.everything()


@pytest.mark.parametrize("value", ["true", "True", "span_only", "span_and_event"])
def test_words_that_are_asked_for_are_redacted(heard, monkeypatch, value):
    monkeypatch.setenv(CAPTURE, value)
    with chat_span("openai", "gpt-5-mini") as span:
        span.answered(ASKED, SAID)
    told = heard.spans()[0].attributes
    assert json.loads(told["gen_ai.system_instructions"]) == [
        {"type": "text", "content": "Answer from the help centre."}
    ]
    user, assistant, tool = json.loads(told["gen_ai.input.messages"])
    assert user == {
        "role": "user",
        "parts": [{"type": "text", "content": "I am [e-mail], card [card]"}],
    }
    assert assistant["parts"][0]["arguments"] == {"who": "[e-mail]"}
    assert tool == {
        "role": "tool",
        "parts": [
            {"type": "tool_call_response", "id": "1", "response": '{"mail": "[e-mail]"}'}
        ],
    }  # fmt: skip
    assert json.loads(told["gen_ai.output.messages"]) == [
        {
            "role": "assistant",
            "parts": [{"type": "text", "content": "Written to [e-mail]."}],
            "finish_reason": "stop",
        }
    ]


@pytest.mark.parametrize("hidden", [hidden_kinds(emails=False, phones=False), frozenset()])
def test_the_policy_says_what_is_hidden_and_secrets_always_are(heard, monkeypatch, hidden):
    monkeypatch.setenv(CAPTURE, "true")
    with chat_span("openai", "gpt-5-mini") as span:
        span.answered(ASKED, SAID, hidden)
    assert "ana@example.com" in heard.spans()[0].attributes["gen_ai.input.messages"]
    assert CARD not in heard.everything()


def test_a_tool_and_a_search(heard):
    with tool_span("look_up_order") as tool, retrieval_span("help_center") as search:
        search.found([{"similarity": 0.4, "text": "a"}, {"similarity": 0.7, "text": "b"}])
        tool.came_to("found")
    assert heard.tree() == [
        ("execute_tool look_up_order", None),
        ("retrieval help_center", "execute_tool look_up_order"),
    ]
    tool, search = (dict(span.attributes) for span in heard.spans())
    assert tool["handrail.tool.outcome"] == "found"
    assert search == {
        "gen_ai.operation.name": "retrieval",
        "gen_ai.data_source.id": "help_center",
        "handrail.retrieval.passages": 2,
        "handrail.retrieval.similarity": 0.7,
    }


def test_a_search_that_finds_nothing_has_no_best_passage(heard):
    with retrieval_span("help_center") as search:
        search.found([])
    told = heard.spans()[0].attributes
    assert told["handrail.retrieval.passages"] == 0
    assert "handrail.retrieval.similarity" not in told


def test_models_are_named_as_the_conventions_do():
    real = ChatOpenAI(model="gpt-5-mini", api_key="none")
    assert model_named(real) == ("openai", "gpt-5-mini")
    assert model_named(OutboundChatModel(inner=real)) == ("openai", "gpt-5-mini")
    assert model_named(ScriptedModel(script=[])) == ("scripted", "scripted")


def test_the_embedded_model_is_named(real_services):
    assert model_named(real_services.model) == ("handrail", "embedded")
