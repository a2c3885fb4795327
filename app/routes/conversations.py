"""GET /handrail/conversations/{thread_id}: how a conversation stands, for its customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field

from handrail.app.addresses import base_url
from handrail.app.house import TOKEN, Caller, InHouse, OpenServices
from handrail.app.problems import Problem, ProblemRoute, problems
from handrail.app.routes.models import like
from handrail.graph.clock import now
from handrail.graph.packet import key_of
from handrail.graph.services import Services
from handrail.graph.standing import NEVER_AI_ONLY, reasons_in
from handrail.store.audit.protocol import AuditEvent
from handrail.store.handoffs.ownership import STAGE_OF, Stage
from handrail.store.handoffs.protocol import Standing, Wanted

COUNTED = 100  # beyond so many before them, nobody is told a number
router = APIRouter(
    prefix="/handrail/conversations",
    tags=["pages"],
    route_class=ProblemRoute,
    dependencies=[Depends(TOKEN)],
)


class ConversationView(BaseModel):
    """How a conversation stands, in what a customer may know."""

    model_config = like(
        thread_id="0d9a6c1e-3c1f-4a53-9a44-3a1c2f6f7f10", episode=1, stage="waiting", person=None,
        ahead=2, people_are_here=True, opens_at=None, may_take_back=True, survey_url=None,
        rated=False,
    )  # fmt: skip

    thread_id: str
    episode: int
    stage: Stage = Field(description="Who has it: the assistant, nobody yet, a person; or over.")
    person: str | None = Field(description="The name of the person who has it.")
    ahead: int | None = Field(description="How many wait before this one; null where not counted.")
    people_are_here: bool
    opens_at: datetime | None = Field(description="When people are back, where they are away.")
    may_take_back: bool = Field(description="Whether the assistant may have it back.")
    survey_url: str | None = Field(description="Where to rate it, once it is resolved.")
    rated: bool


@router.get(
    "/{thread_id}",
    responses=problems(
        401, 422, s404="No such conversation of yours.", s503="A store cannot be reached."
    ),
)
async def read_conversation(
    request: Request,
    house: InHouse,
    services: OpenServices,
    user: Caller,
    thread_id: Annotated[str, Path(max_length=200)],
) -> ConversationView:
    """Say how a conversation stands, once something was said in it."""
    asker = await services.audit.asker(thread_id)
    if asker is None or not (user.at_the_desk or asker.login == user.id):
        raise Problem(404, "unknown_conversation", "You have no such conversation.")
    episode = asker.episode
    key = key_of(thread_id, episode)
    standing = await services.handoffs.standing(key)
    events = await services.audit.list(thread_id, episode=episode, actions=("claim", "resolve"))
    stage = _stage(events, standing)
    resolved = await services.csat.of(key) if stage == "closed" else None
    is_open = services.policy.hours.is_open(now())
    url = house.links.link(base_url(request, house.public_url), resolved.survey_id) if (
        resolved
    ) else None  # fmt: skip
    return ConversationView(
        thread_id=thread_id,
        episode=episode,
        stage=stage,
        person=_person(events) if stage == "human" else None,
        ahead=await _ahead(services, standing) if stage == "waiting" and standing else None,
        people_are_here=is_open,
        opens_at=None if is_open else services.policy.hours.opens_at(now()),
        may_take_back=stage == "waiting"
        and standing is not None
        and not NEVER_AI_ONLY & set(reasons_in(standing)),
        survey_url=url,
        rated=resolved is not None and resolved.rating is not None,
    )


def _stage(events: Sequence[AuditEvent], standing: Standing | None) -> Stage:
    if standing is not None:
        return STAGE_OF[standing["status"]]
    ended = any(event.action == "resolve" for event in events)
    return "closed" if ended else "ai"


def _person(events: Sequence[AuditEvent]) -> str | None:
    """Return the name under which somebody claimed last, by the events of an episode."""
    for event in reversed(events):
        if event.action == "claim":
            return str(event.payload.get("name") or event.actor)
    return None


async def _ahead(services: Services, standing: Standing) -> int | None:
    """Return how many of the same queue are due before this one."""
    wanted = Wanted(status="open", queue=standing["queue"], limit=COUNTED)
    for place, other in enumerate(await services.handoffs.list(wanted)):
        if other["id"] == standing["id"]:
            return place
    return None
