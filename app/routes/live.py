"""GET /handrail/live: server-sent events that something has changed, for pages that are open."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sse_starlette import EventSourceResponse

from handrail.app.house import TOKEN, Caller, InHouse, OpenServices
from handrail.app.live import Live
from handrail.app.problems import Problem, ProblemRoute, problems

router = APIRouter(
    prefix="/handrail", tags=["pages"], route_class=ProblemRoute, dependencies=[Depends(TOKEN)]
)
STREAM: dict[str, Any] = {
    "description": "An event for each change, and a comment at least every 15 seconds.",
    "content": {
        "text/event-stream": {
            "schema": {"type": "string"},
            "example": 'data: {"thread_id": "0d9a6c1e", "action": "reply", "actor": "ines"}\n\n',
        }
    },
}
PING_SECONDS = 15
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.get(
    "/live",
    response_class=EventSourceResponse,
    responses={200: STREAM, **problems(401, 422, s404="No such conversation of yours.",
                                       s503="A store cannot be reached.")},
)  # fmt: skip
async def listen(
    house: InHouse,
    services: OpenServices,
    user: Caller,
    thread_id: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
) -> EventSourceResponse:
    """Tell of changes as they come: agents of any conversation, customers of one of theirs."""
    if not user.at_the_desk:
        asker = await services.audit.asker(thread_id) if thread_id else None
        if asker is None or asker.login != user.id:
            raise Problem(404, "unknown_conversation", "You have no such conversation.")
    events = _events(house.live, thread_id)
    return EventSourceResponse(events, headers=HEADERS, ping=PING_SECONDS, sep="\n")


async def _events(live: Live, thread_id: str | None) -> AsyncIterator[dict[str, str]]:
    yield {"comment": "listening"}
    async for change in live.changes(thread_id):
        yield {"data": json.dumps(asdict(change))}
