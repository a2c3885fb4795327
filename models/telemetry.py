"""Spans and metrics of calls: of a chat model, of a tool, of a search.

Used as `with chat_span("openai", "gpt-5-mini") as span:`. No span holds a word of a customer or a
model, unless OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT asks for it; see message_parts.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from opentelemetry.trace import SpanKind

from handrail.models import meters as ours
from handrail.models import telemetry_names as names
from handrail.models.message_parts import captures_content, input_parts, output_parts
from handrail.models.outbound import OutboundChatModel
from handrail.models.redaction import Kind
from handrail.models.spans import Facts, Work

EMBEDDED = ("handrail", "embedded")


def model_named(model: BaseChatModel) -> tuple[str, str]:
    """Return provider and name of a chat model, as the conventions write them."""
    inner = model.inner if isinstance(model, OutboundChatModel) else model
    provider, _, kind = inner._llm_type.partition("-")  # noqa: SLF001 - named by LangChain so
    name = getattr(inner, "model_name", None) or getattr(inner, "model", None)
    return provider, str(name or kind or provider)


class ChatSpan(Work):
    """A call of a chat model: how long it took, and what it used."""

    def __init__(self, provider: str, model: str) -> None:
        self._labels: Facts = {
            names.OPERATION: names.CHAT_SPAN, names.PROVIDER: provider, names.REQUEST_MODEL: model,
        }  # fmt: skip
        self._used: Mapping[str, int] = {}
        kind = SpanKind.INTERNAL if provider == EMBEDDED[0] else SpanKind.CLIENT
        super().__init__(f"{names.CHAT_SPAN} {model}", self._labels, kind=kind)

    def __enter__(self) -> Self:
        """Begin."""
        self._began = time.perf_counter()
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, and record the metrics."""
        super().__exit__(kind, error, trace)
        labels = dict(self._labels)
        for token_type, count in self._used.items():
            ours.meters.tokens.record(count, {**labels, names.TOKEN_TYPE: token_type})
        if error is not None:
            labels[names.ERROR] = type(error).__qualname__
        ours.meters.operation.record(time.perf_counter() - self._began, labels)

    def used(
        self,
        *,
        input: int | None = None,  # noqa: A002 - the convention's word
        output: int | None = None,
        cached: int | None = None,
        response_model: str | None = None,
    ) -> None:
        """Tell the tokens that were used, where they are known; `cached` is a part of `input`."""
        self.tell(
            INPUT_TOKENS=input, OUTPUT_TOKENS=output, CACHED_TOKENS=cached,
            RESPONSE_MODEL=response_model,
        )  # fmt: skip
        known = {"input": input, "output": output}
        self._used = {name: count for name, count in known.items() if count is not None}
        if response_model is not None:
            self._labels = {**self._labels, names.RESPONSE_MODEL: response_model}

    def answered(
        self,
        asked: Sequence[BaseMessage],
        said: BaseMessage,
        hidden: Collection[Kind] | None = None,
    ) -> None:
        """Tell what LangChain knows of an answer; the words, redacted, only where asked for.

        `hidden` are the kinds that the policy hides, all where left out; secrets always are.
        """
        usage: Mapping[str, Any] = (isinstance(said, AIMessage) and said.usage_metadata) or {}
        self.used(
            input=usage.get("input_tokens"),
            output=usage.get("output_tokens"),
            cached=usage.get("input_token_details", {}).get("cache_read"),
            response_model=said.response_metadata.get("model_name"),
        )
        if self.span.is_recording() and captures_content():
            self.span.set_attributes({**input_parts(asked, hidden), **output_parts(said, hidden)})


class ToolSpan(Work):
    """A call of a tool of ours, and what it came to."""

    def came_to(self, outcome: str | None) -> None:
        """Tell the outcome in our own word for it, such as "found" or "error"."""
        self.tell(TOOL_OUTCOME=outcome)


class RetrievalSpan(Work):
    """A search, and how near the best passage was."""

    def found(self, passages: Sequence[Mapping[str, Any]]) -> None:
        """Tell how many passages there are, and the cosine similarity of the best."""
        best = max((float(passage["similarity"]) for passage in passages), default=None)
        self.tell(PASSAGES=len(passages), SIMILARITY=best)


def chat_span(provider: str, model: str) -> ChatSpan:
    """Return the span of a call of `model`, such as ("openai", "gpt-5-mini") or EMBEDDED."""
    return ChatSpan(provider, model)


def tool_span(name: str) -> ToolSpan:
    """Return the span of a call of a tool that exists: a name that a model made up is its text."""
    facts: Facts = {names.OPERATION: names.TOOL_SPAN, names.TOOL: name, names.TOOL_TYPE: "function"}
    return ToolSpan(f"{names.TOOL_SPAN} {name}", facts)


def retrieval_span(source: str) -> RetrievalSpan:
    """Return the span of a search in `source`, such as "help_center"."""
    facts: Facts = {names.OPERATION: names.RETRIEVAL_SPAN, names.DATA_SOURCE: source}
    return RetrievalSpan(f"{names.RETRIEVAL_SPAN} {source}", facts)
