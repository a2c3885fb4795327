"""The link to a survey, for the back end that sends it to the customer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict

from handrail.app.addresses import base_url
from handrail.app.house import TOKEN, InHouse, OpenServices, agent_of
from handrail.app.problems import Problem, ProblemRoute, problems
from handrail.app.routes.csat import UNKNOWN

URL = "https://support.example.com/handrail/csat/IjZmMGMzZDFlIg.aaVtGw.8kq2"

router = APIRouter(
    prefix="/handrail/surveys",
    tags=["survey"],
    route_class=ProblemRoute,
    dependencies=[Depends(TOKEN), Depends(agent_of)],
)


class Link(BaseModel):
    """Where a customer finds a survey."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"survey_url": URL}]})

    survey_url: str


@router.get("/{survey_id}", responses=problems(401, 403, 404, 422, 503))
async def read_link(
    request: Request,
    house: InHouse,
    services: OpenServices,
    survey_id: Annotated[
        str,
        Path(
            pattern=r"^[A-Za-z0-9_-]{1,64}$",
            description="The id in the event that a run gives when an episode is resolved.",
        ),
    ],
) -> Link:
    """Return the link to the survey of a resolved episode; it works for as long as policy says."""
    if await services.csat.key_of(survey_id) is None:
        raise Problem(404, "unknown_survey", UNKNOWN)
    base = base_url(request, house.public_url)
    return Link(survey_url=house.links.link(base, survey_id))
