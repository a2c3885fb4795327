"""What would leave for somewhere that nobody chose: conversations to LangSmith, spans to a log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handrail.app.finding import Finding
from handrail.app.telemetry import wanted_exporter
from handrail.tools.errors import BadSettings

TRACING = (
    "LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2",
)  # fmt: skip
CHOSEN = ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT", "LANGSMITH_RUNS_ENDPOINTS")
ON = frozenset({"true", "1", "yes"})


def unsafe_exports(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Find where conversations or spans would go without somebody having said so."""
    tracing = [name for name in TRACING if environ.get(name, "").strip().lower() in ON]
    if tracing and not any(environ.get(name) for name in CHOSEN):
        yield Finding(
            "langsmith",
            f"{tracing[0]} sends what customers say to LangSmith's own servers",
            "Set it to false, or name the host on purpose in LANGSMITH_ENDPOINT.",
        )
    for signal in ("traces", "metrics"):
        try:
            chosen = wanted_exporter(signal, environ)
        except BadSettings as problem:
            yield Finding("telemetry", problem.what, problem.mend)
            continue
        if chosen == "console":
            yield Finding(
                "telemetry",
                f"OTEL_{signal.upper()}_EXPORTER=console fills the server's log",
                "Send them to a collector: OTEL_EXPORTER_OTLP_ENDPOINT.",
            )
    if environ.get("OTEL_CONSOLE_EXPORT", "").strip().lower() in ON:
        yield Finding(
            "telemetry",
            "OTEL_CONSOLE_EXPORT has Aegra print each span into its log",
            "Take it out.",
        )
