"""What the doctor says of production, telemetry, and secrets that stand in files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from handrail.app.finding import Finding
from handrail.app.production.checking import unsafe
from handrail.app.telemetry import HEADERS, wanted_exporter
from handrail.graph.secret_files import SUFFIX, is_secret, variables_of
from handrail.graph.settings import Settings
from handrail.tools.errors import BadSettings

NAMED = re.compile(r'^\s*\w+_env\s*=\s*"(\w+)"', re.MULTILINE)
MODELS = ("OPENAI_API_KEY",)
ENDPOINTS = (
    "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)  # fmt: skip


def posture(settings: Settings) -> list[Finding]:
    """Say how it stands with production, telemetry and files of secrets; blocking."""
    environ = settings.environ()
    found = unsafe(settings, environ) if settings.production else []
    on = "on (HANDRAIL_ENV=production); all that the server looks at is safe"
    off = "off; HANDRAIL_ENV=production refuses to start what is not safe for customers"
    return [
        *(found or [Finding("production", on if settings.production else off)]),
        telemetry_finding(environ),
        _files(settings, environ),
    ]


def telemetry_finding(environ: Mapping[str, str]) -> Finding:
    """Say where spans and metrics go."""
    try:
        wanted = {signal: wanted_exporter(signal, environ) for signal in ("traces", "metrics")}
    except BadSettings as problem:
        return Finding("telemetry", problem.what, problem.mend)
    where = next((environ[name] for name in ENDPOINTS if environ.get(name)), "no endpoint named")
    told = ", ".join(f"{signal} {exporter}" for signal, exporter in wanted.items())
    return Finding("telemetry", told + (f" to {where}" if "otlp" in wanted.values() else ""))


def _files(settings: Settings, environ: Mapping[str, str]) -> Finding:
    """Name the secrets that come from files, and look that each can be read."""
    named, problems = [], []
    for name in _secret_variables(settings):
        if environ.get(name + SUFFIX):
            named.append(name)
            try:
                environ.get(name)
            except BadSettings as problem:
                problems.append(str(problem))
    told = ", ".join(named) or "none; NAME_FILE=/run/secrets/... names one"
    return Finding("secret files", told, " ".join(problems))


def _secret_variables(settings: Settings) -> Iterator[str]:
    """Give each variable that may be given by a file, those too that other files name."""
    for name, field in type(settings).model_fields.items():
        if is_secret(name, field):
            yield from variables_of(name, field, "HANDRAIL_")
    yield from (*MODELS, *HEADERS)
    for path in (settings.orders, settings.passwords):
        yield from _named_in(path)


def _named_in(path: Path | None) -> list[str]:
    try:
        return NAMED.findall(path.read_text(encoding="utf-8")) if path else []
    except (OSError, UnicodeDecodeError):
        return []  # another line of the doctor's says so
