"""Spans of any library are redacted on their way out."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode

from handrail.app.clean_spans import CleanExporter
from handrail.models.redaction import hidden_kinds

SAID = "ana@example.com paid with 4242 4242 4242 4242"


def exported(hidden):
    kept = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(CleanExporter(kept, hidden)))
    tracer = provider.get_tracer("somebody's", "1.0")
    with tracer.start_as_current_span(f"for {SAID}", kind=SpanKind.SERVER) as span:
        span.set_attributes({
            "url.path": "/handrail/csat/secrettoken123", "url.query": "mail=ana%40example.com",
            "said": [SAID, "refund"], "count": 3, "share": "100% wool+cotton",
        })  # fmt: skip
        span.record_exception(ValueError(SAID))
        span.set_status(Status(StatusCode.ERROR, SAID))
        was = span
    return was, kept.get_finished_spans()[0]


@pytest.mark.parametrize("written", ["ana@example.com", "ana%40example.com", "4242", "secrettoken"])
def test_no_text_of_a_span_holds_what_is_hidden(written):
    _, span = exported(lambda: None)
    assert written not in span.to_json()
    assert span.name == "for [e-mail] paid with [card]"
    assert span.status.description == "[e-mail] paid with [card]"
    assert "[e-mail]" in span.events[0].attributes["exception.message"]


def test_all_the_rest_of_a_span_stays():
    was, span = exported(lambda: None)
    for fact in ("context", "parent", "kind", "start_time", "end_time", "resource", "links"):
        assert getattr(span, fact) == getattr(was, fact), fact
    assert span.instrumentation_scope.name == "somebody's"
    assert span.status.status_code is StatusCode.ERROR
    assert span.events[0].timestamp == was.events[0].timestamp
    assert span.attributes["count"] == 3
    assert span.attributes["share"] == "100% wool+cotton"
    assert list(span.attributes["said"]) == ["[e-mail] paid with [card]", "refund"]


def test_addresses_leave_where_the_policy_says_so_and_secrets_never():
    _, span = exported(lambda: hidden_kinds(emails=False, phones=False))
    assert "ana@example.com" in span.name
    assert "4242" not in span.to_json()
