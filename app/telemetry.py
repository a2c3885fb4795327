"""Send spans and metrics where OpenTelemetry's own variables say, unless the host does so."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from threading import Thread
from typing import TYPE_CHECKING, Any

from opentelemetry import metrics, trace

from handrail.app.logs import Hidden, everything
from handrail.graph.settings import Settings
from handrail.tools.errors import BadSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import SpanProcessor

EXTRA = (
    "Install handrail[telemetry], or set OTEL_TRACES_EXPORTER and OTEL_METRICS_EXPORTER to none."
)
FLUSH_MS = 5000
CONSOLE_MS = 500  # how long a span waits before it is printed


@contextmanager
def telemetry(settings: Settings, hidden: Hidden = everything) -> Iterator[None]:
    """Send what is told meanwhile, and at the end what is left. Raises BadSettings."""
    flush = open_telemetry(settings, hidden)
    try:
        yield
    finally:
        flush()


def open_telemetry(settings: Settings, hidden: Hidden = everything) -> Callable[[], None]:
    """Set providers up where the environment wants them; return what sends all that is left.

    Blocking, and so is what it returns, for 5 seconds at most where nobody takes it. A provider
    that the host has set stays. Whatever leaves is without the `hidden` kinds of text, spans of
    other libraries too. Raises BadSettings.
    """
    _take_over(settings.environ())
    wanted = {signal: wanted_exporter(signal, os.environ) for signal in ("traces", "metrics")}
    flushes: list[Callable[[int], Any]] = []
    if wanted["traces"] != "none" and _is_unset(trace.get_tracer_provider()):
        flushes.append(_send_traces(wanted["traces"], hidden))
    if wanted["metrics"] != "none" and _is_unset(metrics.get_meter_provider()):
        flushes.append(_send_metrics(wanted["metrics"]))

    return partial(_flush, flushes)


def wanted_exporter(signal: str, environ: Mapping[str, str]) -> str:
    """Return "otlp", "console" or "none" for "traces" or "metrics". Pure. Raises BadSettings.

    OpenTelemetry's default, a collector on this machine, is ours only where an endpoint is named.
    """
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return "none"
    variable = f"OTEL_{signal.upper()}_EXPORTER"
    chosen = environ.get(variable, "").strip().lower()
    endpoints = (
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT",
    )
    if not chosen:
        chosen = "otlp" if any(environ.get(name) for name in endpoints) else "none"
    if chosen not in {"otlp", "console", "none"}:
        raise BadSettings(f"{variable}={chosen} is not known", "Set otlp, console or none.")
    protocols = ("OTEL_EXPORTER_OTLP_PROTOCOL", f"OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL")
    for name in protocols:
        if chosen == "otlp" and environ.get(name, "http/protobuf") != "http/protobuf":
            raise BadSettings(f"{name}={environ[name]} is not supported", "Set http/protobuf.")
    return chosen


def _flush(flushes: Sequence[Callable[[int], Any]]) -> None:
    """Send what is left, side by side. An exporter tries longer than it is told to; we do not wait.

    The SDK's own end of a process, which waits once more, is switched off for that.
    """
    sending = [Thread(target=send, args=(FLUSH_MS,), daemon=True) for send in flushes]
    for thread in sending:
        thread.start()
    until = time.monotonic() + FLUSH_MS / 1000
    for thread in sending:
        thread.join(max(until - time.monotonic(), 0))


def _take_over(environ: Mapping[str, str]) -> None:
    """Let the SDK see what .env says: it reads the environment of the process and nothing else."""
    for name, value in environ.items():
        if name.startswith("OTEL_"):
            os.environ.setdefault(name, value)


def _is_unset(provider: object) -> bool:
    """Tell whether a provider is the one of the API, which does nothing."""
    return type(provider).__module__.startswith(("opentelemetry.trace", "opentelemetry.metrics"))


def _send_traces(exporter: str, hidden: Hidden) -> Callable[[int], bool]:
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


def _send_metrics(exporter: str) -> Callable[[int], bool]:
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
