"""GET /handrail/me: who is calling, as the server sees them."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from handrail.app.house import TOKEN, Caller
from handrail.app.problems import ProblemRoute, problems
from handrail.app.routes.models import like
from handrail.graph.context import Role

router = APIRouter(
    prefix="/handrail", tags=["pages"], route_class=ProblemRoute, dependencies=[Depends(TOKEN)]
)


class Me(BaseModel):
    """The caller. `developer` is somebody without a token on the server's own machine."""

    model_config = like(
        id="ines", name="Ines", role="agent", customer_id=None, verified=False, developer=False
    )

    id: str
    name: str | None
    role: Role | None
    customer_id: str | None
    verified: bool
    developer: bool


@router.get("/me", responses=problems(401))
async def read_me(user: Caller) -> Me:
    """Say who is calling."""
    return Me(
        id=user.id, name=user.name, role=user.role, customer_id=user.customer_id,
        verified=user.verified, developer=user.developer,
    )  # fmt: skip
