"""GET /handrail/conversations/{thread_id}/trail: what was decided in a conversation, by episode."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from handrail.app.house import TOKEN, OpenServices, agent_of
from handrail.app.problems import Problem, ProblemRoute, problems
from handrail.app.routes.models import Trail, trail_event

router = APIRouter(
    prefix="/handrail/conversations",
    tags=["pages"],
    route_class=ProblemRoute,
    dependencies=[Depends(TOKEN), Depends(agent_of)],
)


class EpisodeTrail(Trail):
    """The audit trail of one episode, oldest first, with its number."""

    episode: int


class ThreadTrail(BaseModel):
    """The audit trail of a whole conversation, its first episode first."""

    thread_id: str
    episodes: list[EpisodeTrail]


@router.get(
    "/{thread_id}/trail",
    responses=problems(
        401, 403, 422, s404="Nothing was decided in it.", s503="A store cannot be reached."
    ),
)
async def read_thread_trail(
    services: OpenServices, thread_id: Annotated[str, Path(max_length=200)]
) -> ThreadTrail:
    """Read what was decided and done in a conversation, handed over or not."""
    events = sorted(await services.audit.list(thread_id), key=lambda event: event.episode)
    if not events:
        raise Problem(404, "unknown_conversation", "Nothing was decided in this conversation.")
    return ThreadTrail(
        thread_id=thread_id,
        episodes=[
            EpisodeTrail(
                episode=episode,
                items=[trail_event(event) for event in of_episode],
            )
            for episode, of_episode in groupby(events, key=lambda event: event.episode)
        ],
    )
