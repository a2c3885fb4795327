"""Hold customers' messages to the limits before the server has them, on both servers alike."""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from handrail.app.access.arriving import arrival_in
from handrail.app.access.flow import Flow
from handrail.app.access.taking_out import RUN, admitted_or_none, given, with_length
from handrail.app.access.user import User
from handrail.app.problems import Problem

AGUI = "/handrail/agui"
LARGEST = 2_000_000  # bytes: an AG-UI front end sends all messages each time
INSIDE = "handrail.inside"  # in the scope of a call that we make ourselves: nobody can send it
COUNTED: ContextVar[bool] = ContextVar("counted", default=False)


class KeepFlow:
    """Refuse what is too much, with 413, 429 or 503 and when to come again.

    A run that a customer starts without saying what happens to the one before it waits for that.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call."""
        house = getattr(scope["app"].state, "house", None) if scope["type"] == "http" else None
        if house is None or scope["method"] != "POST" or COUNTED.get():
            await self._app(scope, receive, send)
            return
        arrival = arrival_in(scope)
        is_run = RUN.fullmatch(arrival.path) is not None
        request = Request(scope, receive)
        user = None
        if is_run or arrival.path == AGUI:
            user = await admitted_or_none(house.gate, request, arrival.peer)
        if user is None or user.role != "customer" or user.thread is not None:
            await self._app(scope, receive, send)
            return
        flow: Flow = house.flow
        try:
            body = await _body(request, flow, user)
            if is_run:
                body = _polite(body, flow, user)
            inside = scope.get(INSIDE, False)
            address = None if inside else flow.proxies.address_of(arrival.peer, request.headers)
            async with flow.turn(user):
                await flow.count(user, address)
                counted = COUNTED.set(True)
                try:
                    await self._app(with_length(scope, body), given(body, receive), send)
                finally:
                    COUNTED.reset(counted)
        except Problem as problem:
            await problem.response()(scope, receive, send)


async def _body(request: Request, flow: Flow, user: User) -> bytes:
    """Return the body. Raises Problem 413."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise flow.refused(413, "too_large", "size", user)
    return body


def _polite(body: bytes, flow: Flow, user: User) -> bytes:
    """Return a run's body that says that it waits for its turn. Raises Problem 413."""
    try:
        run: Any = json.loads(body)
    except ValueError:
        return body  # the server will say so
    if not isinstance(run, dict):
        return body
    flow.measure(run.get("input"), user)
    if run.get("multitask_strategy") is not None:
        return body
    return json.dumps({**run, "multitask_strategy": "enqueue"}).encode()


def from_inside(app: ASGIApp) -> ASGIApp:
    """Return the application for calls of our own: they have no address of a browser."""

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, INSIDE: True}, receive, send)

    return inside
