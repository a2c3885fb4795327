"""Keep traces free of secrets: LangSmith gets runs as they may leave the house."""

from __future__ import annotations

from typing import Any

import structlog
from langsmith.run_trees import get_cached_client
from langsmith.utils import tracing_is_enabled

from handrail.graph.services import LazyServices
from handrail.models.redaction import EVERYTHING, Kind, redact_values

log = structlog.get_logger("handrail")


def hidden_by(services: LazyServices) -> frozenset[Kind]:
    """Return what the policy hides at the edges; everything until it has been read."""
    return services.open().policy.privacy.hidden() if services.ready else frozenset(EVERYTHING)


def hide_in_traces(services: LazyServices) -> None:
    """Give LangSmith's client a function that redacts inputs, outputs, errors and metadata.

    Called when a graph is built, for a run is traced from its first step, before the services are
    open. Nothing is done where LangSmith is off. A client that the host has made already is the
    host's: then the log says that it does not redact.
    """
    if not tracing_is_enabled():
        return

    def hide(held: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = redact_values(held, hidden_by(services))
        return found

    client = get_cached_client(anonymizer=hide)
    if getattr(client, "_anonymizer", None) is None:
        mend = "Give your langsmith.Client an anonymizer, or build the graph before it is made."
        log.warning("traces_not_redacted", mend=mend)
