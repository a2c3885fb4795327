"""Listen to our spans and metrics in memory, for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from handrail.models import meters, spans


class Heard:
    """What was told: spans in the order in which they began, and points of metrics."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.reader = InMemoryMetricReader()

    def spans(self) -> list[ReadableSpan]:
        return sorted(self.exporter.get_finished_spans(), key=lambda span: span.start_time)

    def named(self, name: str) -> ReadableSpan:
        (found,) = [span for span in self.spans() if span.name == name]
        return found

    def tree(self) -> list[tuple[str, str | None]]:
        """Return the name of each span and that of its parent."""
        names = {span.context.span_id: span.name for span in self.spans()}
        return [(s.name, names[s.parent.span_id] if s.parent else None) for s in self.spans()]

    def points(self, metric: str) -> list:
        data = self.reader.get_metrics_data()
        return [
            point
            for resource in (data.resource_metrics if data else [])
            for scope in resource.scope_metrics
            for one in scope.metrics
            if one.name == metric
            for point in one.data.data_points
        ]

    def everything(self) -> str:
        return "".join(span.to_json() for span in self.spans())


@contextmanager
def listening_in() -> Iterator[Heard]:
    heard = Heard()
    tracing, metering = (
        TracerProvider(shutdown_on_exit=False),
        MeterProvider([heard.reader], shutdown_on_exit=False),
    )
    tracing.add_span_processor(SimpleSpanProcessor(heard.exporter))
    kept = spans.tracer, meters.meters
    spans.tracer = tracing.get_tracer("handrail")
    meters.meters = meters.Meters.of(metering.get_meter("handrail"))
    try:
        yield heard
    finally:
        spans.tracer, meters.meters = kept
        tracing.shutdown()
        metering.shutdown()
