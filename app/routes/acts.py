"""What the desk does with a handoff: each act is an event that the graph carries out."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, Literal
from uuid import NAMESPACE_URL, uuid4, uuid5

from fastapi import APIRouter, Depends, Header, Request

from handrail.app.addresses import base_url
from handrail.app.desk.protocol import NOT_ALLOWED, NOTHING_ASKED, DeskDown, ThreadGone
from handrail.app.house import TOKEN, Agent, AtDesk, InHouse, OpenServices, agent_of
from handrail.app.problems import Problem, ProblemRoute, down, problems
from handrail.app.routes.handoffs import ALWAYS, UNKNOWN, HandoffId, packet_of
from handrail.app.routes.models import (
    CloseBody,
    Done,
    MarkBody,
    NoteBody,
    ReplyBody,
    TransferBody,
    standing_view,
)  # fmt: skip
from handrail.graph.state import Event
from handrail.store.csat.protocol import survey_of
from handrail.store.handoffs.ownership import CLAIMED_BY

Closing = Literal["hand_back", "resolve", "abandon"]
CONFLICTS = {
    "claim_first": "Claim the conversation first.",
    "closed": "This handoff is over.",
    "not_now": "That cannot be done to the conversation as it stands.",
    "no_handoff": "The conversation is not at this handoff any more.",
    "approval_pending": "Another refund exception waits for an answer.",
    NOTHING_ASKED: "Nothing waits for an answer.",
}
UNUSABLE = {
    "empty_text": "The text is empty.",
    "unknown_queue": "No reason leads to a queue of this name.",
    "nowhere_to_transfer": "Name a queue, an owner, or both.",
    "no_order": "Name the order.",
    "no_amount": "Name an amount above nought, and its currency.",
    "no_reason": "Say why.",
    "amount_raised": "The amount may be lowered, and not raised.",
}
RESPONSES = {
    **ALWAYS,
    **problems(
        s404=UNKNOWN,
        s409="Somebody else has claimed it, nobody has yet, or it is over.",
        s410="The conversation is not on this server any more.",
        s422="The body, or what it asks for, cannot be used.",
    ),
}
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="An act that you send again with the same key is carried out once.",
    ),
]

router = APIRouter(
    prefix="/handrail/handoffs/{handoff_id}",
    tags=["acts"],
    route_class=ProblemRoute,
    dependencies=[Depends(TOKEN), Depends(agent_of)],
)


class Acting:
    """One act by one agent on one handoff."""

    def __init__(  # noqa: PLR0917 - FastAPI fills them by name
        self,
        request: Request,
        house: InHouse,
        agent: Agent,
        services: OpenServices,
        desk: AtDesk,
        handoff_id: HandoffId,
        key: Key = None,
    ) -> None:
        self._base = base_url(request, house.public_url)
        self._links = house.links
        self._agent = agent
        self._services = services
        self._desk = desk
        self._id = handoff_id
        self._key = key

    async def carry_out(self, event: Event) -> Done:
        """Run the event, and say how the handoff stands now. Raises Problem."""
        packet = await packet_of(self._services.handoffs, self._id, entries=0)
        event = {**event, "handoff": self._id, "id": self._event_id(event)}
        await carried_out(self._desk.act(packet["thread_id"], event, self._agent))
        standing = await self._services.handoffs.standing(packet["key"]) or packet
        asked = event["type"] == "resolve"
        return Done(
            handoff=standing_view(standing),
            survey_url=self._links.link(self._base, survey_of(packet["key"])) if asked else None,
        )

    def _event_id(self, event: Event) -> str:
        """Return an id that no other agent, handoff or kind of act can share."""
        if self._key is None:
            return str(uuid4())
        about = (self._agent.id, self._id, event["type"], self._key)
        return str(uuid5(NAMESPACE_URL, f"handrail:act:{about!r}"))


Act = Annotated[Acting, Depends()]


async def carried_out(act: Awaitable[str | None]) -> None:
    """Wait for an act of the desk. Raises Problem where it was refused or could not be done."""
    try:
        refused = await act
    except ThreadGone as problem:
        detail = "The conversation of this handoff is not on this server, or not any more."
        raise Problem(410, "thread_gone", detail, thread_id=problem.thread_id) from problem
    except DeskDown as problem:
        raise down(str(problem)) from problem
    if refused:
        raise refusal(refused)


def refusal(code: str) -> Problem:
    """Return a refusal of the graph as a problem."""
    if code.startswith(CLAIMED_BY):
        owner = code.removeprefix(CLAIMED_BY)
        detail = f"{owner} has claimed this conversation."
        return Problem(409, "claimed", detail, claimed_by=owner)
    if code == NOT_ALLOWED:
        return Problem(403, code, "You may not do this.")
    if code == "own_request":
        return Problem(403, "own_request", "Somebody else has to say yes to what you asked for.")
    if code in UNUSABLE:
        return Problem(422, code, UNUSABLE[code])
    if code in CONFLICTS:
        return Problem(409, code, CONFLICTS[code])
    return down(f"The act could not be carried out: {code}")


def _closing(kind: Closing, body: CloseBody | None) -> Event:
    event: Event = {"type": kind}
    if body and body.false_handoff is not None:
        event["false_handoff"] = body.false_handoff
    return event


@router.post("/claim", responses=RESPONSES)
async def claim(act: Act) -> Done:
    """Take a conversation. Of two agents at once one gets it, and the other is told who."""
    return await act.carry_out({"type": "claim"})


@router.post("/reply", responses=RESPONSES)
async def reply(act: Act, body: ReplyBody) -> Done:
    """Say something to the customer."""
    return await act.carry_out({"type": "reply", "text": body.text})


@router.post("/note", responses=RESPONSES)
async def note(act: Act, body: NoteBody) -> Done:
    """Write something for the other agents."""
    return await act.carry_out({"type": "note", "text": body.text})


@router.post("/transfer", responses=RESPONSES)
async def transfer(act: Act, body: TransferBody) -> Done:
    """Pass a conversation on, to a queue or an agent."""
    event: Event = {"type": "transfer"}
    if body.queue is not None:
        event["queue"] = body.queue
    if body.owner is not None:
        event["owner"] = body.owner
    return await act.carry_out(event)


@router.post("/hand-back", responses=RESPONSES)
async def hand_back(act: Act, body: CloseBody | None = None) -> Done:
    """Give a conversation back to the AI. What led to the handoff does not lead to it again."""
    return await act.carry_out(_closing("hand_back", body))


@router.post("/resolve", responses=RESPONSES)
async def resolve(act: Act, body: CloseBody | None = None) -> Done:
    """Close a conversation as settled; the customer may be asked how it was, once."""
    return await act.carry_out(_closing("resolve", body))


@router.post("/abandon", responses=RESPONSES)
async def abandon(act: Act, body: CloseBody | None = None) -> Done:
    """Close a conversation whose customer has gone. Nobody is asked how it was."""
    return await act.carry_out(_closing("abandon", body))


@router.post("/mark", responses=RESPONSES)
async def mark(act: Act, body: MarkBody) -> Done:
    """Mark whether a person was needed, also when all is over."""
    return await act.carry_out({"type": "mark", "false_handoff": body.false_handoff})
