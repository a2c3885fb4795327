"""Will anybody find out how it goes: surveys, the audit trail, quality bars, telemetry?"""

from __future__ import annotations

from handrail.app.finding import Finding
from handrail.app.telemetry import wanted_exporter
from handrail.graph.clock import now_iso
from handrail.graph.policy_file import read_policy
from handrail.graph.services import Services
from handrail.graph.settings import Settings
from handrail.store.audit.protocol import AuditEvent
from handrail.store.errors import StoreDown
from handrail.tools.errors import BadSettings

THREAD = "handrail:doctor"  # no conversation has such an id
ACTION = "launch_check"


async def measured(settings: Settings, services: Services) -> list[Finding]:
    """Look at surveys, audit, quality bars and telemetry; it leaves one row in the audit trail."""
    return [
        Finding(
            "surveys",
            f"links lead to {settings.public_url}" if settings.public_url else "links lead nowhere",
            "" if settings.public_url else "Set HANDRAIL_PUBLIC_URL.",
        ),
        await _audit(services),
        _bars(settings),
        _telemetry(settings),
    ]


async def _audit(services: Services) -> Finding:
    """Write a row that says that this was looked at, and read it again."""
    at = now_iso()
    event = AuditEvent(
        id=f"{ACTION}:{at}", at=at, thread_id=THREAD, episode=1, actor="doctor", action=ACTION,
        policy_version=services.policy.version, payload={},
    )  # fmt: skip
    try:
        await services.audit.record(event)
        rows = await services.audit.list(THREAD)
    except StoreDown as problem:
        return Finding("audit", "cannot be written", str(problem))
    came = any(row.id == event.id for row in rows)
    return Finding(
        "audit",
        "a row was written and read again" if came else "a row was written and did not come back",
        "" if came else "Look at the database that HANDRAIL_DATABASE_URL names.",
    )


def _bars(settings: Settings) -> Finding:
    policy = read_policy(settings.policy_file())
    chosen = "quality" in policy.model_fields_set
    return Finding(
        "quality bars",
        f"{policy.quality.model_dump()}",
        "" if chosen else "Decide them: [quality] in policy.toml.",
    )


def _telemetry(settings: Settings) -> Finding:
    environ = settings.environ()
    try:
        sent = {signal: wanted_exporter(signal, environ) for signal in ("traces", "metrics")}
    except BadSettings as problem:
        return Finding("collector", problem.what, problem.mend)
    missing = [signal for signal, exporter in sent.items() if exporter != "otlp"]
    return Finding(
        "collector",
        f"no {' and no '.join(missing)} are sent" if missing else "traces and metrics are sent",
        "Set OTEL_EXPORTER_OTLP_ENDPOINT." if missing else "",
    )
