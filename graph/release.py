"""Stream a reply a few words at a time, once it has passed the gate, to who streams messages."""

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
PIECES = 12  # at the most: a server passes each one on by itself, which costs more than the words


def pieces_of(text: str) -> list[str]:
    """Return a text in pieces of whole words, as even as they come."""
    words = _WORD.findall(text)
    size = -(-len(words) // PIECES) or 1
    return ["".join(words[start : start + size]) for start in range(0, len(words), size)]


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
        *pieces, last = pieces_of(self.text)
        for piece in pieces:
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece, id=self.message_id))
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
