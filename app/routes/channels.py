"""Where chat products deliver: checked, kept, answered at once; the work comes afterwards."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Request, Response

from handrail.app.channels.inbox import Inbox
from handrail.app.channels.naming import thread_id_of
from handrail.app.channels.protocol import Call, NotTheirs, Unreadable
from handrail.app.house import House, InHouse
from handrail.app.problems import Problem, ProblemRoute, problems

log = structlog.get_logger("handrail")

LONGEST_BODY = 1_000_000
RESPONSES = problems(
    401, 413, 422, s404="This channel is not set up here.", s503="A store cannot be reached."
)
router = APIRouter(prefix="/handrail/channels", tags=["channels"], route_class=ProblemRoute)


@router.post("/chatwoot", responses=RESPONSES)
async def from_chatwoot(request: Request, house: InHouse) -> Response:
    """Take an event of a Chatwoot agent bot, or of an account's webhook."""
    return await _taken(request, house, "chatwoot")


@router.post("/chatwoot/{secret}", responses=RESPONSES)
async def from_chatwoot_by_secret(
    request: Request, house: InHouse, secret: Annotated[str, Path(max_length=200)]
) -> Response:
    """Take an event of a Chatwoot that signs nothing: the address ends in a secret."""
    return await _taken(request, house, "chatwoot", secret)


@router.post("/slack", responses=RESPONSES)
async def from_slack(request: Request, house: InHouse) -> Response:
    """Take an event or a shortcut of Slack's."""
    return await _taken(request, house, "slack")


@router.post("/webhook", status_code=202, responses=RESPONSES)
async def from_webhook(request: Request, house: InHouse) -> Response:
    """Take an event of any other product, signed by the Standard Webhooks scheme."""
    return await _taken(request, house, "webhook")


async def _taken(request: Request, house: House, name: str, secret: str | None = None) -> Response:
    """Keep what a call brings before it is answered, and begin to work on it. Raises Problem."""
    inbox: Inbox | None = house.inbox
    channel = inbox.channels.get(name) if inbox else None
    if inbox is None or channel is None:
        raise Problem(404, "no_channel", "This channel is not set up here.")
    call = Call(dict(request.headers), await _body(request), secret)
    try:
        received = await channel.receive(call)
    except NotTheirs as problem:
        log.warning("channel_refused", channel=name, problem=str(problem))
        raise Problem(401, "not_signed", str(problem)) from problem
    except Unreadable as problem:
        log.warning("channel_unreadable", channel=name, problem=str(problem))
        raise Problem(422, "unreadable", str(problem)) from problem
    if received.incoming:
        services = await house.opened()
        for incoming in received.incoming:
            if await inbox.take(channel, incoming, services):
                inbox.nudge(thread_id_of(name, incoming.conversation))
    return Response(received.body, received.status, media_type=received.media_type)


async def _body(request: Request) -> bytes:
    """Return the body. Raises Problem 413 as soon as it is too long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_BODY:
            raise Problem(413, "too_long", f"A call may have {LONGEST_BODY} bytes.")
    return bytes(body)
