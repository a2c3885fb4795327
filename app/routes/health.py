"""GET /handrail/health: may this server be sent customers?"""

from __future__ import annotations

from fastapi import APIRouter

from handrail.app.house import OpenServices
from handrail.app.problems import ProblemRoute, down, problems
from handrail.app.routes.models import Health
from handrail.store.knowledge.protocol import KnowledgeDown

router = APIRouter(prefix="/handrail", tags=["health"], route_class=ProblemRoute)


@router.get("/health", responses=problems(s503="A store cannot be reached, or not yet."))
async def health(services: OpenServices) -> Health:
    """Say whether the stores can be reached, and which policy is in force. Needs no token."""
    await services.handoffs.standing("health")
    try:
        await services.knowledge.count()
    except KnowledgeDown as problem:
        raise down(str(problem)) from problem
    return Health(status="ok", policy_version=services.policy.version)
