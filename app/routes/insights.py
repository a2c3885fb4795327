"""GET /handrail/insights: satisfaction by path, quality, and deflection behind its bars."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.house import TOKEN, OpenServices, agent_of
from handrail.app.problems import Problem, ProblemRoute, problems
from handrail.app.routes.models import Moment
from handrail.evals.confidence_spread import ConfidenceSpread
from handrail.evals.escalations import QueueFigure, ReasonCount
from handrail.evals.facts import moment
from handrail.evals.gather import insights_now
from handrail.evals.insights import as_json, insights
from handrail.evals.quality import Bars, Deflection, Rate
from handrail.evals.risk_coverage import RiskCoverage
from handrail.store.csat.protocol import ResolutionPath

router = APIRouter(
    prefix="/handrail",
    tags=["insights"],
    route_class=ProblemRoute,
    dependencies=[Depends(TOKEN), Depends(agent_of)],
)


class PathView(BaseModel):
    """One path: how many were asked, how many answered, and the share rated 4 or 5."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "surveyed": 6, "n": 5, "response_rate": 0.83, "satisfied": None, "low": None,
                    "high": None, "withheld": "5 of at least 30 ratings",
                }
            ]
        },
        extra="forbid",
    )  # fmt: skip

    surveyed: int
    n: int
    response_rate: float | None
    satisfied: float | None = Field(description="In [0, 1]; null where withheld.")
    low: float | None = Field(description="Of a 95 % Wilson interval.")
    high: float | None
    withheld: str | None = Field(description="Why there is no figure.")


def _with_example(schema: dict[str, Any]) -> None:
    nothing_yet = insights([], [], [], Bars(), datetime(2026, 3, 2, tzinfo=UTC), minimum_ratings=30)
    schema["examples"] = [as_json(nothing_yet)]


class InsightsView(BaseModel):
    """What a period shows. There is no figure over the paths, and none may be added."""

    model_config = ConfigDict(json_schema_extra=_with_example, extra="forbid")

    as_of: str
    since: str | None
    until: str | None
    channel: str | None
    bars: Bars
    csat: dict[ResolutionPath, PathView]
    durable: dict[ResolutionPath, Rate] = Field(description="Resolved, and not reopened since.")
    quality: dict[str, Rate] = Field(description="What deflection depends on.")
    escalations: list[ReasonCount]
    queues: list[QueueFigure]
    channels: dict[str, int] = Field(description="Episodes begun, on each channel.")
    deflection: Deflection = Field(description="Null, with the reasons, until every bar holds.")
    risk_coverage: RiskCoverage = Field(
        description="What each threshold would let through, of what was reviewed."
    )
    confidence: ConfidenceSpread = Field(
        description="Turns, by confidence and by what came of them."
    )


Channel = Annotated[
    str | None, Query(max_length=100, description="Only episodes that began on this channel.")
]
When = Annotated[Moment | date | None, Query(description="A date, or a time with its zone.")]


@router.get("/insights", responses=problems(401, 403, 422, s503="A store cannot be reached."))
async def read_insights(
    services: OpenServices, since: When = None, until: When = None, channel: Channel = None
) -> InsightsView:
    """Show the conversations that began in [since, until), by the bars of the policy."""
    start, end = (at.isoformat() if at else None for at in (since, until))
    if start and end and moment(start) >= moment(end):
        raise Problem(422, "bad_period", "`since` must come before `until`.")
    found = await insights_now(services, start, end, channel=channel)
    return InsightsView.model_validate(as_json(found))
