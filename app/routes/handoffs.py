"""Read the handoffs: the desk's list, one packet, its transcript."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict

from handrail.app.house import TOKEN, OpenServices, agent_of
from handrail.app.problems import Problem, ProblemRoute, problems
from handrail.app.routes.models import (
    ID,
    Moment,
    Name,
    PacketView,
    Page,
    Trail,
    TranscriptPage,
    packet_view,
    standing_view,
    trail_event,
)  # fmt: skip
from handrail.graph.clock import iso, now_iso
from handrail.graph.policy import Reason
from handrail.store.handoffs.ownership import Status
from handrail.store.handoffs.protocol import HandoffPacket, Handoffs, UnknownHandoff, Wanted

FIRST_PAGE = 50
ALWAYS = problems(401, 403, s503="A store cannot be reached.")
UNKNOWN = "No handoff has this id."
HandoffId = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="The handoff's id.", examples=[ID])
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]

router = APIRouter(
    prefix="/handrail/handoffs",
    tags=["handoffs"],
    route_class=ProblemRoute,
    dependencies=[Depends(TOKEN), Depends(agent_of)],
)


class Asked(BaseModel):
    """Which handoffs to list; what is left out takes any."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    queue: Name | None = None
    reason: Reason | None = None
    priority: Name | None = None
    owner: Name | None = None
    overdue: bool = False
    unfinished: bool = False
    finished: bool = False
    since: Moment | None = None
    after: Annotated[Name | None, Query(description="`next` of the page before.")] = None
    limit: Limit = 50


@router.get("", responses={**ALWAYS, **problems(422)})
async def list_handoffs(services: OpenServices, asked: Annotated[Asked, Query()]) -> Page:
    """List handoffs, those due first coming first.

    `overdue` takes those that nobody has replied to in time; `unfinished` those not yet closed;
    `finished` those that are, the last one first; `since` those made at that moment or later.
    """
    if asked.after is not None:
        try:
            await services.handoffs.transcript(asked.after, 0, 1)
        except UnknownHandoff as problem:
            raise Problem(422, "bad_cursor", "`after` is no `next` of a page.") from problem
    found = await services.handoffs.list(
        Wanted(
            status=asked.status,
            queue=asked.queue,
            reason=asked.reason,
            priority=asked.priority,
            owner=asked.owner,
            overdue_at=now_iso() if asked.overdue else None,
            unfinished=asked.unfinished,
            finished=asked.finished,
            since=iso(asked.since) if asked.since else None,
            after=asked.after,
            limit=asked.limit + 1,
        )
    )
    items = [standing_view(standing) for standing in found[: asked.limit]]
    return Page(items=items, next=items[-1].id if len(found) > asked.limit else None)


@router.get("/{handoff_id}", responses={**ALWAYS, **problems(422, s404=UNKNOWN)})
async def read_handoff(services: OpenServices, handoff_id: HandoffId) -> PacketView:
    """Read one handoff with all that a person needs, and the first page of its transcript."""
    found = await packet_of(services.handoffs, handoff_id, entries=FIRST_PAGE + 1)
    return packet_view(found, FIRST_PAGE, f"/handrail/handoffs/{handoff_id}/transcript")


@router.get("/{handoff_id}/transcript", responses={**ALWAYS, **problems(422, s404=UNKNOWN)})
async def read_transcript(
    services: OpenServices,
    handoff_id: HandoffId,
    after: Annotated[int, Query(ge=0, le=1_000_000, description="How many to pass over.")] = 0,
    limit: Limit = 50,
) -> TranscriptPage:
    """Read the conversation, oldest first; nothing of it is ever left out."""
    try:
        found = await services.handoffs.transcript(handoff_id, after, limit + 1)
    except UnknownHandoff as problem:
        raise unknown(problem) from problem
    return TranscriptPage(
        items=list(found[:limit]), next=after + limit if len(found) > limit else None
    )


@router.get("/{handoff_id}/trail", responses={**ALWAYS, **problems(422, s404=UNKNOWN)})
async def read_trail(services: OpenServices, handoff_id: HandoffId) -> Trail:
    """Read what was decided and done in this episode, by whom and on which evidence."""
    packet = await packet_of(services.handoffs, handoff_id, entries=0)
    events = await services.audit.list(packet["thread_id"], episode=packet["episode"])
    return Trail(items=[trail_event(event) for event in events])


async def packet_of(handoffs: Handoffs, handoff_id: str, *, entries: int) -> HandoffPacket:
    """Return a packet with the first `entries` of its transcript. Raises Problem 404."""
    found = await handoffs.get(handoff_id, entries)
    if found is None:
        raise unknown(UnknownHandoff(handoff_id))
    return found


def unknown(problem: UnknownHandoff) -> Problem:
    """Return that there is no such handoff."""
    return Problem(404, "unknown_handoff", str(problem))
