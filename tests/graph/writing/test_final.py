"""The final answer is read in whichever form it comes, and not at all where it is not whole."""

import json

import pytest
from langchain_core.messages import AIMessage
from pydantic import ValidationError

from handrail.graph.writing.final import NAME, FinalAnswer, mended_calls, read_final, strategy

WHOLE = {"reply": "Five days.", "claims": [{"text": "t", "source": "s", "quote": "q"}]}
TEXT = json.dumps(WHOLE)


def state(text="", calls=(), invalid=(), finish="stop", structured=None):
    said = AIMessage(
        content=text,
        tool_calls=list(calls),
        invalid_tool_calls=list(invalid),
        response_metadata={"finish_reason": finish},
    )
    return {"messages": [said], "structured_response": structured}


def broken(args, name=NAME):
    return {"name": name, "args": args, "id": "1", "error": None, "type": "invalid_tool_call"}


@pytest.mark.parametrize(
    "given",
    [
        state(structured=FinalAnswer(**WHOLE)),
        state(TEXT),
        state(f"```json\n{TEXT}\n```"),
        state(TEXT.replace('"reply"', "reply")),
        state(TEXT.replace('"', "'")),
        state(f"{TEXT[:-1]},}}"),
        state(json.dumps({"name": NAME, "arguments": WHOLE})),
        state(calls=[{"name": NAME, "args": WHOLE, "id": "1", "type": "tool_call"}]),
        state(invalid=[broken(f"{TEXT[:-1]},}}")]),
    ],
    ids=lambda given: str(given["messages"][0].content)[:20],
)
def test_these_are_answers(given):
    found = read_final(given)
    assert found is not None
    assert found.reply == "Five days."
    assert found.claimed() == [{"text": "t", "source": "s", "quote": "q"}]
    assert found.asked is None


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"messages": []},
        state(""),
        state("It takes five days."),
        state(TEXT[:-12]),
        state(f"```json\n{TEXT[:20]}"),
        state("{}"),
        state('{"answer": "Five days."}'),
        state('{"reply": 5}'),
        state('["reply"]'),
        state(TEXT, finish="length"),
        state(structured=FinalAnswer(**WHOLE), finish="length"),
        state(invalid=[broken(TEXT[:30])]),
        state(json.dumps({"reply": "x" * 8001})),
    ],
    ids=lambda given: str(given)[:60],
)
def test_these_are_none(given):
    assert read_final(given) is None


@pytest.mark.parametrize(
    ("given", "read"),
    [(0.9, 0.9), ("0.9", 0.9), (90, 0.9), ("90 %", 0.9), (1, 1.0), (0, 0.0),
     (None, None), ("high", None), (-1, None), (900, None), ([], None)],
)  # fmt: skip
def test_confidence_is_a_share_or_none(given, read):
    assert FinalAnswer(reply="", confidence=given).confidence == read


@pytest.mark.parametrize(
    ("given", "asked"),
    [("nothing", None), ("", None), (None, None), ("none", None), ("code", "code"),
     ("order_number", "order_number"), ("email", "email"), ("their shoe size", "something_else")],
)  # fmt: skip
def test_what_it_asks_for_has_a_name_of_ours(given, asked):
    assert FinalAnswer(reply="", asks_for=given).asked == asked


def test_a_reply_is_needed():
    with pytest.raises(ValidationError):
        FinalAnswer.model_validate({"claims": []})


def test_the_tool_has_our_name_and_words():
    [spec] = strategy().schema_specs
    assert spec.name == NAME
    assert "claims" in spec.description


def test_a_broken_call_of_a_tool_is_mended():
    said = AIMessage(content="", invalid_tool_calls=[broken("{'query': 'a',}", name="search")])
    mended = mended_calls(said)
    assert [(call["name"], call["args"]) for call in mended.tool_calls] == [
        ("search", {"query": "a"})
    ]
    assert not mended.invalid_tool_calls


@pytest.mark.parametrize("args", ["", "]]]", "not an object", None])
def test_a_hopeless_one_stays_broken(args):
    said = AIMessage(content="", invalid_tool_calls=[broken(args, name="search")])
    assert mended_calls(said) is said
