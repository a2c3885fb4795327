"""A chat model that needs no key and no network: it plans, calls tools, and words the reply."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict

from handrail.models import slots
from handrail.models.answers import (
    Answer,
    word_code,
    word_faq,
    word_order,
    word_reset,
    word_smalltalk,
)
from handrail.models.encoder import Encoder
from handrail.models.heads import Heads
from handrail.models.plan import Plan, Role, Turn, plan
from handrail.models.wording import Wording

MARK = "handrail"
Tool = dict[str, Any] | type | Callable[..., Any] | BaseTool


class EmbeddedChatModel(BaseChatModel):
    """Answer from tool results and templates only.

    It reads the intent of the last human message with the trained heads, asks for what a tool
    still needs, emits real `tool_calls` for the tools bound to it, and words their results with
    prompts/replies. It says nothing that no template or tool result says. A topic for which no
    tool is bound gets an empty message.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    encoder: Encoder
    heads: Heads
    wording: Wording

    @property
    def _llm_type(self) -> str:
        return "handrail-embedded"

    def bind_tools(
        self, tools: Sequence[Tool], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Bind tools by their names; their results are read as JSON with an `outcome`."""
        names = [_name(tool) for tool in tools]
        return self.bind(tool_names=names, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        message = self.say(messages, frozenset(kwargs.get("tool_names", ())))
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        # The message was embedded in intake, so this is a millisecond of arithmetic: no thread.
        return self._generate(messages, stop, None, **kwargs)

    def say(self, messages: list[BaseMessage], tools: frozenset[str]) -> AIMessage:
        """Return the answer, or the call of one of these tools, past all that LangChain adds."""
        turns = turns_in(messages)
        if not any(turn.role == "customer" for turn in turns):
            return AIMessage(content="")
        language = _language(messages)
        found = plan(turns, self.encoder, self.heads)
        results = _results(messages)
        if results:
            call = _code_call(found, results, turns)
            if call and call["name"] in tools:
                return _calling(call)
            return _message(self._word(found, results[-1], turns, language))
        if found.topic == "smalltalk":
            return _message(word_smalltalk(self.wording, turns[-1].text, language))
        call = _call(found, turns, messages, language)
        if call is None or call["name"] not in tools:
            return AIMessage(content="")
        return _calling(call)

    def _word(
        self, found: Plan, result: dict[str, Any], turns: Sequence[Turn], language: str
    ) -> Answer:
        if found.topic == "order_status" and "order_number" not in result:
            return word_code(self.wording, result, language)
        if found.topic == "order_status":
            return word_order(self.wording, result, language)
        if found.topic == "password_reset":
            return word_reset(self.wording, result, language)
        said = [turn.text for turn in turns if turn.role == "ai"] if found.earlier else []
        return word_faq(self.wording, result, found.topic, language, said=said)


def _name(tool: Tool) -> str:
    if isinstance(tool, BaseTool):
        return tool.name  # the whole schema would cost more than the rest of the turn
    return str(convert_to_openai_tool(tool)["function"]["name"])


def turns_in(messages: Sequence[BaseMessage]) -> list[Turn]:
    """Return the conversation without system prompt, tool calls and tool results."""
    turns: list[Turn] = []
    for message in messages:
        text = message.text
        if isinstance(message, HumanMessage):
            turns.append(Turn("customer", text))
        elif isinstance(message, AIMessage) and not message.tool_calls and text:
            noted = message.additional_kwargs.get(MARK) or {}
            role: Role = "human" if noted.get("author") == "human" else "ai"
            turns.append(Turn(role, text, topic=noted.get("topic"), asked=noted.get("asked")))
    return turns


def _language(messages: Sequence[BaseMessage]) -> str:
    """Return the language that the system message names for us (any other model reads its text)."""
    for message in messages:
        noted = message.additional_kwargs.get(MARK)
        if message.type == "system" and noted:
            return str(noted["language"])
    return "en"


def _results(messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
    """Return the tool results since the last human message, oldest first."""
    found: list[dict[str, Any]] = []
    for message in messages:
        if isinstance(message, HumanMessage):
            found = []
        elif isinstance(message, ToolMessage):
            found.append(json.loads(message.text))
    return found


def _call(
    found: Plan, turns: Sequence[Turn], messages: Sequence[BaseMessage], language: str
) -> dict[str, Any] | None:
    if found.route != "automate":
        return None
    if found.topic == "order_status":
        number = found.order_number or _chosen(turns, messages)
        return {"name": "look_up_order", "args": {"order_number": number}}
    if found.topic == "password_reset":
        return {"name": "send_password_reset", "args": {"email": found.email}}
    asked = {"query": found.query, "language": language}
    if found.earlier:
        asked["earlier"] = found.earlier
    return {"name": "search_help_center", "args": asked}


def _code_call(
    found: Plan, results: Sequence[dict[str, Any]], turns: Sequence[Turn]
) -> dict[str, Any] | None:
    """Return the call for a one-time code, where the customer has just said where to send it.

    A code that is too old, or was mistyped too often, is followed by another one.
    """
    if found.topic != "order_status" or len(results) != 1:
        return None
    result = results[0]
    if result["outcome"] != "not_verified" or result.get("code") in {None, "not_offered"}:
        return None
    spent = result["code"] in {"expired", "too_many"}
    email = found.email or (_email_before(turns) if spent else None)
    if email or result["account_named"]:
        waits = result["code"] in {"waiting", "wrong"} and not found.email
        return None if waits else {"name": "send_verification_code", "args": {"email": email}}
    return None


def _email_before(turns: Sequence[Turn]) -> str | None:
    """Return the last address that the customer gave."""
    given = (slots.email(turn.text) for turn in reversed(turns) if turn.role == "customer")
    return next((address for address in given if address), None)


def _calling(call: dict[str, Any]) -> AIMessage:
    return AIMessage(content="", tool_calls=[{**call, "id": uuid4().hex, "type": "tool_call"}])


def _chosen(turns: Sequence[Turn], messages: Sequence[BaseMessage]) -> str | None:
    """Return the number that "the second one" stands for in the list we offered."""
    position = slots.choice(turns[-1].text)
    for message in reversed(messages):
        noted = message.additional_kwargs.get(MARK) or {}
        if isinstance(message, AIMessage) and noted.get("asked") == "order_number":
            offered = list(noted.get("offered") or [])
            if position is None or not offered:
                return None
            if position == -1:
                return str(offered[0])
            return str(offered[position - 1]) if position <= len(offered) else None
    return None


def _message(answer: Answer) -> AIMessage:
    noted = {"asked": answer.asked, "offered": answer.offered, "worded": True}
    return AIMessage(content=answer.text, additional_kwargs={MARK: noted})
