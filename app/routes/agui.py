"""POST /handrail/agui: a turn by the AG-UI protocol, for CopilotKit and its like."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from handrail.app.desk.server import client_for
from handrail.app.house import TOKEN, Caller, House, InHouse
from handrail.app.problems import Problem, ProblemRoute, problems, wrong
from handrail.app.talk.protocol import Talk
from handrail.app.talk.server import ServerTalk

LARGEST = 2_000_000  # bytes: a front end sends all messages each time
CHANNEL = "agui"
NOT_THERE = "The extra is not installed: pip install 'handrail[agui]'."
EVENTS: dict[str, Any] = {
    "description": "The events of the run, RUN_STARTED first, RUN_FINISHED or RUN_ERROR last.",
    "content": {
        "text/event-stream": {
            "schema": {
                "type": "object",
                "description": "One event; `data` is an event of AG-UI as JSON.",
                "required": ["data"],
                "properties": {"data": {"type": "string"}},
            },
            "example": 'data: {"type":"RUN_STARTED","threadId":"t-1","runId":"r-1"}\n\n',
        }
    },
}
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "description": "RunAgentInput of AG-UI. Of `messages` the last ones of the "
                    "customer are read; who they are stands in the token.",
                    "required": ["threadId", "runId", "messages"],
                    "properties": {
                        "threadId": {"type": "string"},
                        "runId": {"type": "string"},
                        "messages": {"type": "array", "items": {"type": "object"}},
                    },
                }
            }
        },
    }
}
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

router = APIRouter(
    prefix="/handrail", tags=["agui"], route_class=ProblemRoute, dependencies=[Depends(TOKEN)]
)


@router.post(
    "/agui",
    response_class=StreamingResponse,
    openapi_extra=BODY,
    responses={
        200: EVENTS,
        **problems(401, 413, 422, s403="Only customers talk to the agent.", s501=NOT_THERE),
    },
)
async def run_agent(request: Request, house: InHouse, user: Caller) -> StreamingResponse:
    """Run what the customer says, and stream the released reply and what happens."""
    if user.role != "customer":
        raise Problem(403, "not_allowed", "Only customers talk to the agent.")
    try:
        from ag_ui.core import RunAgentInput  # noqa: PLC0415 - an extra
        from ag_ui.encoder import EventEncoder  # noqa: PLC0415

        from handrail.app.agui.events import told  # noqa: PLC0415
        from handrail.app.agui.reading import said_in, thread_of  # noqa: PLC0415
    except ImportError as problem:
        raise Problem(501, "no_agui", NOT_THERE) from problem
    body = await _body(request)
    try:
        given = RunAgentInput.model_validate_json(body)
    except ValidationError as problem:
        raise Problem(422, "invalid", wrong(problem.errors())) from problem
    who = replace(user, channel=user.channel or CHANNEL)
    ours = thread_of(who, given.thread_id)
    encoder = EventEncoder()

    async def events() -> AsyncIterator[str]:
        async with _talk_of(request, house) as talk:
            parts = talk.say(ours, said_in(given), who)
            async with aclosing(
                told(parts, thread=given.thread_id, run=given.run_id, ours=ours)
            ) as telling:
                async for event in telling:
                    yield encoder.encode(event)

    return StreamingResponse(events(), media_type="text/event-stream", headers=HEADERS)


@asynccontextmanager
async def _talk_of(request: Request, house: House) -> AsyncIterator[Talk]:
    """Give the house's own talk, or the server around us with the caller's credentials."""
    if house.talk is not None:
        yield house.talk
        return
    async with client_for(request.app, request.headers, house.server_url) as client:
        yield ServerTalk(client)


async def _body(request: Request) -> bytes:
    """Return the body. Raises Problem 413."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise Problem(413, "too_large", f"A run may have {LARGEST} bytes.")
    return body
