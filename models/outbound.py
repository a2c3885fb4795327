"""A chat model of others, which gets no secrets, and pseudonyms for addresses and numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManager,
    AsyncCallbackManagerForLLMRun,
    BaseRunManager,
    CallbackManager,
    CallbackManagerForLLMRun,
)
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.tools import BaseTool

from handrail.models.pseudonyms import Pseudonyms
from handrail.models.redaction import EVERYTHING, Kind

Tool = dict[str, Any] | type | Callable[..., Any] | BaseTool


class OutboundChatModel(BaseChatModel):
    """Hide the `hidden` kinds in all that goes to `inner`, and put back what it says of them.

    The conversation stays as it is: what goes out are copies, without our notes on messages.
    """

    inner: BaseChatModel
    hidden: frozenset[Kind] = frozenset(EVERYTHING)

    @property
    def _llm_type(self) -> str:
        return f"handrail-outbound-{self.inner._llm_type}"  # noqa: SLF001 - named by LangChain so

    def bind_tools(
        self, tools: Sequence[Tool], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Bind tools to the model inside at each call."""
        return self.bind(tools=list(tools), tool_choice=tool_choice, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        names = Pseudonyms(messages, self.hidden)
        config = _inside(run_manager, CallbackManager)
        said = self._bound(kwargs).invoke(names.outgoing(messages), config, stop=stop)
        return ChatResult(generations=[ChatGeneration(message=names.incoming(said))])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        names = Pseudonyms(messages, self.hidden)
        config = _inside(run_manager, AsyncCallbackManager)
        said = await self._bound(kwargs).ainvoke(names.outgoing(messages), config, stop=stop)
        return ChatResult(generations=[ChatGeneration(message=names.incoming(said))])

    def _bound(self, kwargs: dict[str, Any]) -> Runnable[LanguageModelInput, AIMessage]:
        tools = kwargs.pop("tools", None)
        choice = kwargs.pop("tool_choice", None)
        if not tools:
            return self.inner.bind(**kwargs)
        return self.inner.bind_tools(tools, tool_choice=choice, **kwargs)


def _inside(
    outer: BaseRunManager | None, manager: type[CallbackManager | AsyncCallbackManager]
) -> RunnableConfig:
    """Return how the model inside runs: as a part of this call, with its tags.

    The tag that keeps a draft out of every stream is one of them.
    """
    if outer is None:
        return {"callbacks": []}
    child = manager(handlers=[], parent_run_id=outer.run_id)
    child.set_handlers(outer.inheritable_handlers)
    child.add_tags(outer.inheritable_tags)
    child.add_metadata(outer.inheritable_metadata)
    return {"callbacks": child}
