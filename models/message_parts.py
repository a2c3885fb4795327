"""Messages as the conventions write them on a span, for those who ask for the words: redacted."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage

from handrail.models import telemetry_names as names
from handrail.models.redaction import SECRETS, Kind, redact_values
from handrail.models.spans import Facts

CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
ON_SPANS = frozenset({"true", "span_only", "span_and_event"})
ROLES = {"human": "user", "ai": "assistant", "tool": "tool"}


def captures_content() -> bool:
    """Tell whether words may stand on spans, by OpenTelemetry's own variable; no by default."""
    return os.environ.get(CAPTURE, "").strip().lower() in ON_SPANS


def input_parts(messages: Sequence[BaseMessage], hidden: Collection[Kind] | None) -> Facts:
    """Return what a model was asked as attributes, the instructions apart."""
    rules = [part for m in messages if isinstance(m, SystemMessage) for part in _parts(m)]
    said = [_message(m) for m in messages if not isinstance(m, SystemMessage)]
    facts: Facts = {names.INPUT_MESSAGES: _json(said, hidden)}
    return {**facts, names.SYSTEM_INSTRUCTIONS: _json(rules, hidden)} if rules else facts


def output_parts(message: BaseMessage, hidden: Collection[Kind] | None) -> Facts:
    """Return what a model said as an attribute."""
    calls = isinstance(message, AIMessage) and message.tool_calls
    said = {**_message(message), "finish_reason": "tool_call" if calls else "stop"}
    return {names.OUTPUT_MESSAGES: _json([said], hidden)}


def _message(message: BaseMessage) -> dict[str, Any]:
    return {"role": ROLES.get(message.type, message.type), "parts": _parts(message)}


def _parts(message: BaseMessage) -> list[dict[str, Any]]:
    if isinstance(message, ToolMessage):
        return [
            {"type": "tool_call_response", "id": message.tool_call_id, "response": message.text}
        ]
    parts: list[dict[str, Any]] = []
    if message.text:
        parts.append({"type": "text", "content": message.text})
    if isinstance(message, AIMessage):
        parts += [
            {"type": "tool_call", "id": c["id"], "name": c["name"], "arguments": c["args"]}
            for c in message.tool_calls
        ]
    return parts


def _json(value: Any, hidden: Collection[Kind] | None) -> str:
    kinds = None if hidden is None else {*hidden, *SECRETS}
    return json.dumps(redact_values(value, kinds), ensure_ascii=False)
