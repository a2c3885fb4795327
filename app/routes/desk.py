"""GET /handrail/desk: what a desk offers to choose from, by the policy in force."""

from __future__ import annotations

from typing import get_args

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from handrail.app.house import TOKEN, OpenServices, agent_of
from handrail.app.problems import ProblemRoute, problems
from handrail.app.routes.models import like
from handrail.graph.policy import Reason

router = APIRouter(
    prefix="/handrail",
    tags=["handoffs"],
    route_class=ProblemRoute,
    dependencies=[Depends(TOKEN), Depends(agent_of)],
)


class QueueView(BaseModel):
    """A queue, and how urgent what comes to it is."""

    model_config = like(name="compliance", priority="urgent")

    name: str
    priority: str


class DeskView(BaseModel):
    """What there is to choose from, and the line that confidence is held against."""

    model_config = like(
        queues=[{"name": "compliance", "priority": "urgent"}], reasons=["legal", "low_confidence"],
        confidence=0.7, policy_version="fernhill-7",
    )  # fmt: skip

    queues: list[QueueView]
    reasons: list[str] = Field(description="Why a conversation may be handed over.")
    confidence: float = Field(description="An answer less certain than this goes to a person.")
    policy_version: str


@router.get("/desk", responses=problems(401, 403, s503="A store cannot be reached."))
async def read_desk(services: OpenServices) -> DeskView:
    """Say which queues and reasons there are."""
    policy = services.policy
    return DeskView(
        queues=[QueueView(name=q.name, priority=q.priority) for q in policy.queues_in_force()],
        reasons=list(get_args(Reason)),
        confidence=policy.thresholds.confidence,
        policy_version=policy.version,
    )
