"""Send spans and metrics where OpenTelemetry's own variables say, unless the host does so."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Thread
from typing import Any

from opentelemetry import metrics, trace

from handrail.app.exporters import send_metrics, send_traces
from handrail.app.logs import Hidden, everything
from handrail.graph.settings import Settings
from handrail.tools.errors import BadSettings

FLUSH_MS = 5000
# A key of the collector stands in these: they may be given by files.
HEADERS = tuple(f"OTEL_EXPORTER_OTLP_{signal}HEADERS" for signal in ("", "TRACES_", "METRICS_"))


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
    if wanted["traces"] != "none" and is_unset(trace.get_tracer_provider()):
        flushes.append(send_traces(wanted["traces"], hidden))
    if wanted["metrics"] != "none" and is_unset(metrics.get_meter_provider()):
        flushes.append(send_metrics(wanted["metrics"]))

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
    for name in {*(name for name in environ if name.startswith("OTEL_")), *HEADERS}:
        if name in environ:
            os.environ.setdefault(name, environ[name])


def is_unset(provider: object) -> bool:
    """Tell whether a provider is the one of the API, which does nothing."""
    return type(provider).__module__.startswith(("opentelemetry.trace", "opentelemetry.metrics"))
