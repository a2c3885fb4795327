"""What several workers must share: a database, the help centre, and what limits are counted in."""

from __future__ import annotations

from collections.abc import Iterator

from handrail.app.finding import Finding
from handrail.graph.settings import Settings


def unshared(settings: Settings) -> Iterator[Finding]:
    """Find what each worker would keep to itself."""
    if settings.database().startswith("sqlite"):
        yield Finding(
            "stores",
            "The stores are an SQLite file, which several servers cannot share",
            "Set HANDRAIL_DATABASE_URL to a PostgreSQL database.",
        )
    if not settings.chroma_url:
        yield Finding(
            "help centre",
            "The help centre is Chroma in this process, which is for one process alone",
            "Set CHROMA_URL to a Chroma server.",
        )
    if not settings.limits_url:
        yield Finding(
            "limits",
            "Limits are counted in each worker by itself, so that they are not kept",
            "Set HANDRAIL_LIMITS_URL to a Redis that all servers share.",
        )
