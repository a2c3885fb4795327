"""A model of others is told no secret and no address, and its tool calls work all the same."""

import json

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from pydantic import Field

from handrail.graph.writing.apart import apart
from handrail.graph.writing.embedded import run_tools
from handrail.models.embedded import MARK
from handrail.models.outbound import OutboundChatModel
from handrail.models.provider import open_chain
from handrail.models.redaction import hidden_kinds

SAID = (
    "I am ana@example.com (+353 20 910 0141), or bob@example.org. Card 4242 4242 4242 4242, "
    "password: hunter2, key sk-abcdefghijklmnop1234, the code is 493817"
)
GONE = ("ana@example.com", "910 0141", "bob@example.org", "4242", "hunter2", "sk-abc", "493817")


class Recording(BaseChatModel):
    """Say the next of a script, and keep what it was given."""

    script: list[AIMessage]
    given: list[str] = Field(default_factory=list)
    tools: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self):
        return "recording"

    def bind_tools(self, tools, **kwargs):
        self.tools.extend(tool.name for tool in tools)
        return self

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        self.tags.extend(run_manager.tags)
        self.given.append(json.dumps([message.model_dump(mode="json") for message in messages]))
        return ChatResult(generations=[ChatGeneration(message=self.script.pop(0))])


def call(**args):
    return AIMessage("", tool_calls=[{"name": "reset", "args": args, "id": "1"}])


async def test_nothing_goes_out_and_the_tool_gets_the_address():
    asked = []

    @tool
    async def reset(email: str) -> str:
        """Reset."""
        asked.append(email)
        return json.dumps({"outcome": "accepted", "to": email, "card": "5105105105105100"})

    inner = Recording(script=[call(email="[e-mail 1]"), AIMessage("Sent to [e-mail 1].")])
    prompt = [
        SystemMessage("Rules."),
        HumanMessage(SAID),
        AIMessage("Hello ana@example.com", additional_kwargs={MARK: {"by": "ana@example.com"}}),
    ]
    said, trace = await run_tools(
        OutboundChatModel(inner=inner), [reset], prompt, 4, config=apart({})
    )
    assert asked == ["ana@example.com"]
    assert said.text == "Sent to ana@example.com."
    assert trace[0]["args"] == {"email": "ana@example.com"}
    assert len(inner.given) == 2
    for given in inner.given:
        for secret in (*GONE, "5105"):
            assert secret not in given
        assert "[e-mail 1]" in given
        assert "[e-mail 2]" in given
    assert "reset" in inner.tools
    assert inner.tags == ["nostream", "nostream"]
    assert prompt[1].text == SAID


async def test_a_secret_does_not_come_back():
    inner = Recording(script=[AIMessage("Your card [card] and [password]")])
    said = await OutboundChatModel(inner=inner).ainvoke([HumanMessage(SAID)])
    assert said.text == "Your card [card] and [password]"


async def test_what_the_customer_typed_as_a_stand_in_stands_for_nobody():
    inner = Recording(script=[AIMessage("[e-mail 1] and [e-mail 2]")])
    said = await OutboundChatModel(inner=inner).ainvoke(
        [HumanMessage("[e-mail 1] is me, ana@example.com")]
    )
    assert said.text == "[e-mail 1] and ana@example.com"


async def test_addresses_go_out_where_the_policy_says_so():
    inner = Recording(script=[AIMessage("ok")])
    model = OutboundChatModel(inner=inner, hidden=hidden_kinds(emails=False, phones=True))
    await model.ainvoke([HumanMessage(SAID), call(email="ana@example.com"),
                         ToolMessage("{}", tool_call_id="1")])  # fmt: skip
    assert "ana@example.com" in inner.given[0]
    assert "910 0141" not in inner.given[0]
    assert "4242" not in inner.given[0]


async def test_a_broken_call_is_treated_alike():
    broken = {"name": "reset", "args": '{"email": "[e-mail 1]"', "id": "1", "error": None}
    said = AIMessage("", invalid_tool_calls=[{**broken, "type": "invalid_tool_call"}])
    inner = Recording(script=[said, AIMessage("ok")])
    model = OutboundChatModel(inner=inner)
    back = await model.ainvoke([HumanMessage(SAID)])
    assert back.invalid_tool_calls[0]["args"] == '{"email": "ana@example.com"'
    await model.ainvoke([HumanMessage(SAID), back])
    assert "ana@example.com" not in inner.given[1]


def test_without_a_loop_it_is_the_same():
    inner = Recording(script=[AIMessage("to [e-mail 1]")])
    assert OutboundChatModel(inner=inner).invoke(SAID).text == "to ana@example.com"


@pytest.mark.parametrize(("name", "wrapped"), [("embedded", False), ("openai:any", True)])
def test_only_models_of_others_are_wrapped(name, wrapped, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    chain = open_chain([name])
    assert [isinstance(link.model, OutboundChatModel) for link in chain] == [True] * wrapped
