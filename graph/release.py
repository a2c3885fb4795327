"""Stream a reply word by word, after it has passed the gate, to whoever streams messages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.callbacks import AsyncCallbackManager
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import RunnableConfig

from handrail.graph.writing.apart import listens

_WORD = re.compile(r"\S+\s*|\s+")


class Released(BaseChatModel):
    """Say a text that is settled already. LangGraph streams the words of models, and of no others.

    Every piece has the `message_id` of the message that the conversation gets, so that no listener
    has it twice.
    """

    text: str
    message_id: str

    @property
    def _llm_type(self) -> str:
        return "handrail-released"

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[Any]:
        *words, last = _WORD.findall(self.text)
        for word in words:
            yield ChatGenerationChunk(message=AIMessageChunk(content=word, id=self.message_id))
        end = AIMessageChunk(content=last, id=self.message_id, chunk_position="last")
        yield ChatGenerationChunk(message=end)

    async def _astream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages):
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError("a released reply is streamed")


async def release(text: str, message_id: str, config: RunnableConfig) -> None:
    """Stream a text to those who listen to this run; nothing is done where nobody does."""
    manager = config.get("callbacks")
    if not isinstance(manager, AsyncCallbackManager):
        return
    listeners = [handler for handler in manager.handlers if listens(handler)]
    if not listeners:
        return
    theirs = AsyncCallbackManager(handlers=listeners, parent_run_id=manager.parent_run_id)
    said: RunnableConfig = {"callbacks": theirs, "metadata": config.get("metadata", {})}
    async for _ in Released(text=text, message_id=message_id).astream([], said):
        pass
