"""Set the providers of spans and metrics up: the SDK's, to a collector or the console."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING

from opentelemetry import metrics, trace

from handrail.app.logs import Hidden
from handrail.tools.errors import BadSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import SpanProcessor

EXTRA = (
    "Install handrail[telemetry], or set OTEL_TRACES_EXPORTER and OTEL_METRICS_EXPORTER to none."
)
CONSOLE_MS = 500  # how long a span waits before it is printed


def send_traces(exporter: str, hidden: Hidden) -> Callable[[int], bool]:
    """Send spans by "otlp" or "console"; return what flushes (ms). Raises BadSettings."""
    try:
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra
    except ImportError as problem:
        raise BadSettings("Spans cannot be sent", EXTRA) from problem
    provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
    provider.add_span_processor(_span_processor(exporter, hidden))
    trace.set_tracer_provider(provider)
    return provider.force_flush


def _span_processor(exporter: str, hidden: Hidden) -> SpanProcessor:
    from opentelemetry.sdk.trace import export  # noqa: PLC0415 - an extra

    from handrail.app.clean_spans import CleanExporter  # noqa: PLC0415 - needs the extra

    if exporter == "console":
        # In a thread of its own: a server's event loop may not wait for a terminal.
        console = CleanExporter(export.ConsoleSpanExporter(out=sys.stderr), hidden)
        return export.BatchSpanProcessor(console, schedule_delay_millis=CONSOLE_MS)
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
    except ImportError as problem:
        raise BadSettings("Spans cannot be sent", EXTRA) from problem
    return export.BatchSpanProcessor(CleanExporter(OTLPSpanExporter(), hidden))


def send_metrics(exporter: str) -> Callable[[int], bool]:
    """Send metrics by "otlp" or "console"; return what flushes (ms). Raises BadSettings."""
    try:
        from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415 - an extra
    except ImportError as problem:
        raise BadSettings("Metrics cannot be sent", EXTRA) from problem
    provider = MeterProvider(
        metric_readers=[_reader(exporter)], resource=_resource(), shutdown_on_exit=False
    )
    metrics.set_meter_provider(provider)
    return provider.force_flush


def _reader(exporter: str) -> MetricReader:
    from opentelemetry.sdk.metrics import export  # noqa: PLC0415 - an extra

    if exporter == "console":
        return export.PeriodicExportingMetricReader(export.ConsoleMetricExporter(out=sys.stderr))
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import (  # noqa: PLC0415
            OTLPMetricExporter,
        )
    except ImportError as problem:
        raise BadSettings("Metrics cannot be sent", EXTRA) from problem
    return export.PeriodicExportingMetricReader(OTLPMetricExporter())


def _resource() -> Resource:
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra

    named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    )
    ours = {"service.version": version("handrail")}
    return Resource.create(ours if named else {"service.name": "handrail", **ours})
