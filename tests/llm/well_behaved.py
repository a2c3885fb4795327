"""A model that behaves: it looks things up, quotes what it found, and says what each claim stands on."""

from __future__ import annotations

import json
import re
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from handrail.graph.conversation import MARK, mark_of
from handrail.graph.writing.final import NAME

LANGUAGES = {
    "English": "en", "Spanish": "es", "French": "fr", "German": "de", "Portuguese": "pt",
    "Italian": "it", "Dutch": "nl",
}  # fmt: skip
_FENCE = re.compile(
    r"</?(?:customer_message|tool_result)>\n?|\n</(?:customer_message|tool_result)>"
)
_TURN = re.compile(r"\n\nWrite your reply in (\w+)\.$")


class WellBehaved(BaseChatModel):
    """Plan and word with the embedded model, over the protocol that models of others get."""

    inner: Any

    @property
    def _llm_type(self) -> str:
        return "well-behaved"

    def bind_tools(self, tools: Any, *, tool_choice: Any = None, **kwargs: Any) -> Any:
        return self.bind(tool_names=[tool.name for tool in tools])

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        said = self._say(messages, [n for n in kwargs.get("tool_names", ()) if n != NAME])
        return ChatResult(generations=[ChatGeneration(message=said)])

    def _say(self, messages: list[BaseMessage], tools: list[str]) -> AIMessage:
        language = "en"
        plain: list[BaseMessage] = []
        for message in messages:
            if isinstance(message, HumanMessage):
                named = _TURN.search(message.text)
                language = LANGUAGES[named[1]] if named else language
                plain.append(HumanMessage(_FENCE.sub("", _TURN.sub("", message.text))))
            elif isinstance(message, ToolMessage):
                text = _FENCE.sub("", message.text)
                plain.append(ToolMessage(text, tool_call_id=message.tool_call_id))
            elif not isinstance(message, SystemMessage):
                plain.append(message)
        noted = SystemMessage("", additional_kwargs={MARK: {"language": language}})
        said = self.inner.bind(tool_names=tools).invoke([noted, *plain])
        if said.tool_calls:
            return AIMessage(content="", tool_calls=said.tool_calls)
        passages = [
            passage
            for message in plain
            if isinstance(message, ToolMessage)
            for passage in json.loads(message.text).get("passages", [])
        ]
        claims = [
            {"text": p["text"], "source": p["id"], "quote": p["text"]}
            for p in passages
            if p["text"] in said.text
        ]
        asked = mark_of(said).get("asked") or "nothing"
        answer = {"reply": said.text, "claims": claims, "asks_for": asked, "confidence": 0.95}
        call = {"name": NAME, "args": answer, "id": "final", "type": "tool_call"}
        return AIMessage(content="", tool_calls=[call])
