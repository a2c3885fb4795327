"""POST /handrail/visitors: a token for somebody whom nobody knows yet."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.house import InHouse
from handrail.app.problems import Problem, ProblemRoute, problems
from handrail.models import meters as ours
from handrail.models import telemetry_names as names

router = APIRouter(prefix="/handrail", tags=["visitors"], route_class=ProblemRoute)


class Visitor(BaseModel):
    """Who a visitor is from now on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "token": "hvt_InZpc2l0b3I6Zm9vIg.aaVtGw.8kq2",
                    "expires_at": "2026-12-24T09:00:00Z",
                    "visitor_id": "visitor:3q2-7wEjRWeJq83vASNFZ4mrze8B",
                }
            ]
        }
    )

    token: str = Field(description="Send it as `Authorization: Bearer <token>`, and keep it.")
    expires_at: datetime
    visitor_id: str


@router.post(
    "/visitors",
    responses=problems(
        s404="Visitors are not let in here.", s429="Too many visitors from one address."
    ),
)
async def new_visitor(request: Request, house: InHouse) -> Visitor:
    """Let a visitor in, to open conversations of their own and nothing else. Needs no token."""
    if house.visitors is None:
        raise Problem(404, "no_visitors", "Visitors are not let in here: sign in.")
    peer = request.client.host if request.client else None
    wait = await house.visitor_limit.hit(house.flow.proxies.address_of(peer, request.headers))
    if wait is not None:
        ours.meters.refused.add(1, {names.LIMIT: house.visitor_limit.what})
        detail = "Too many visitors from one address. Try again in a little while."
        raise Problem(429, "too_many", detail, headers={"Retry-After": str(wait)})
    issued = house.visitors.issue()
    return Visitor(
        token=issued.token,
        expires_at=datetime.fromtimestamp(issued.expires_at, UTC),
        visitor_id=issued.visitor_id,
    )
