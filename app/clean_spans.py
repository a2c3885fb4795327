"""Redact every span before it leaves, whichever library made it: ours have no text, others may.

Imported where the extra `telemetry` is known to be installed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from handrail.app.logs import Hidden
from handrail.models.redaction import Kind, redact


class CleanExporter(SpanExporter):
    """Give an exporter copies of spans without what is hidden at that moment."""

    def __init__(self, inner: SpanExporter, hidden: Hidden) -> None:
        self._inner = inner
        self._hidden = hidden

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export redacted copies."""
        kinds = self._hidden()
        return self._inner.export([clean(span, kinds) for span in spans])

    def shutdown(self) -> None:
        """Shut the exporter down."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what the exporter holds back."""
        return self._inner.force_flush(timeout_millis)


def clean(span: ReadableSpan, kinds: Collection[Kind] | None) -> ReadableSpan:
    """Return a copy of a span with its texts redacted."""
    said = span.status.description
    return ReadableSpan(
        name=_text(span.name, kinds),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_facts(span.attributes, kinds),
        events=[
            Event(_text(event.name, kinds), _facts(event.attributes, kinds), event.timestamp)
            for event in span.events
        ],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code, _text(said, kinds) if said else None),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _facts(facts: Mapping[str, Any] | None, kinds: Collection[Kind] | None) -> dict[str, Any]:
    return {name: _value(value, kinds) for name, value in (facts or {}).items()}


def _value(value: Any, kinds: Collection[Kind] | None) -> Any:
    if isinstance(value, str):
        return _text(value, kinds)
    if isinstance(value, list | tuple):
        return [_value(one, kinds) for one in value]
    return value


def _text(text: str, kinds: Collection[Kind] | None) -> str:
    """Redact a text; an address in a URL may be written with %40."""
    plain = unquote_plus(text)
    found = redact(plain, kinds)
    return redact(text, kinds) if found == plain else found
