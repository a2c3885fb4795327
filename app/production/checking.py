"""Look for what is unsafe in production, all of it at once, each with what to mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handrail.app.access.service_keys import read_hashes
from handrail.app.access.tokens import BadSecret
from handrail.app.finding import Finding
from handrail.app.production.addresses import unsafe_addresses
from handrail.app.production.leaving import unsafe_exports
from handrail.app.production.sharing import unshared
from handrail.app.production.strength import weak_secrets
from handrail.app.production.wiring import unsafe_wiring
from handrail.graph.settings import Settings


class NotForProduction(RuntimeError):
    """The server does not start: HANDRAIL_ENV=production, and something is not safe."""

    def __init__(self, findings: list[Finding]) -> None:
        lines = [f"- {found.state}. {found.mend}" for found in findings]
        super().__init__(
            "\n".join(["HANDRAIL_ENV=production, and this is not safe for customers:", *lines])
        )
        self.findings = findings


def refuse_unsafe(settings: Settings, *, on_server: bool = True) -> None:
    """Let nothing unsafe start where HANDRAIL_ENV=production; blocking. Raises NotForProduction."""
    if settings.production:
        findings = unsafe(settings, settings.environ(), on_server=on_server)
        if findings:
            raise NotForProduction(findings)


def unsafe(
    settings: Settings, environ: Mapping[str, str], *, on_server: bool = True
) -> list[Finding]:
    """Return everything that is unsafe in production; nothing is called over the network.

    Without `on_server` the graph runs in a process of the host's, and langgraph.json is not in
    force.
    """
    return [
        *_doors(settings),
        *weak_secrets(settings),
        *unshared(settings),
        *(unsafe_wiring(environ) if on_server else ()),
        *unsafe_addresses(settings),
        *unsafe_exports(environ),
    ]


def _doors(settings: Settings) -> Iterator[Finding]:
    """Find doors that stand open, and a lock that is not there."""
    if settings.dev:
        yield Finding(
            "development",
            "HANDRAIL_DEV is on: whoever is on this machine may do everything",
            "Take HANDRAIL_DEV out.",
        )
    keys = settings.service_keys.get_secret_value()
    try:
        read_hashes(keys)
    except BadSecret as problem:
        yield Finding("access", str(problem), "Mend HANDRAIL_SERVICE_KEYS.")
    if not (settings.jwt_secret or settings.jwks_url or keys):
        yield Finding(
            "access",
            "Nobody can be told from anybody else",
            "Set HANDRAIL_JWT_SECRET or HANDRAIL_JWKS_URL to what your product signs tokens with.",
        )
