"""GET /handrail/health: may this server be sent customers?"""

from __future__ import annotations

import structlog
from fastapi import APIRouter

from handrail.app.house import OpenServices
from handrail.app.problems import ProblemRoute, problems
from handrail.app.routes.models import Health
from handrail.models.redaction import redact
from handrail.store.knowledge.protocol import KnowledgeDown

log = structlog.get_logger("handrail")
router = APIRouter(prefix="/handrail", tags=["health"], route_class=ProblemRoute)


@router.get("/health", responses=problems(s503="The database cannot be reached, or not yet."))
async def health(services: OpenServices) -> Health:
    """Say whether the stores can be reached, and which policy is in force. Needs no token.

    Without the help centre the server is degraded, not down: it can still hand people over.
    """
    await services.handoffs.standing("health")
    try:
        await services.knowledge.count()
    except KnowledgeDown as problem:
        log.warning("help_center_down", problem=redact(str(problem)))
        return Health(status="degraded", policy_version=services.policy.version)
    return Health(status="ok", policy_version=services.policy.version)
