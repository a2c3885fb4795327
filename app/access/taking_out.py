"""Take out of a customer's message what must not be stored, before the server has it.

A message that has no id gets one here too.

One of the two LangGraph servers goes on with a copy of what it shows our rules, so that they cannot
change a message. The body is changed on its way in instead, which works on both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handrail.app.access.arriving import arrival_in
from handrail.app.access.gate import Gate, NotAdmitted
from handrail.app.access.user import User

TakeOut = Callable[[User, str, str], Awaitable[str]]  # who says it, on which thread, what
RUN = re.compile(r"/threads/(?P<thread>[^/]+)/runs(/stream|/wait)?")
TYPED = ("text", "content")


async def as_it_is(user: User, thread_id: str, text: str) -> str:
    """Leave a text as it is."""
    del user, thread_id
    return text


class TakingOut:
    """Change the texts of customers' runs by what the house takes out; leave all else alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call, with its texts changed where it is a run of a customer's."""
        house = getattr(scope["app"].state, "house", None) if scope["type"] == "http" else None
        if house is None or house.take_out is as_it_is or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        arrival = arrival_in(scope)
        found = RUN.fullmatch(arrival.path)
        user = await admitted_or_none(house.gate, Request(scope), arrival.peer) if found else None
        if not found or user is None or user.role != "customer":
            await self._app(scope, receive, send)
            return
        body = await _without(await Request(scope, receive).body(), house.take_out, user, found)
        await self._app(with_length(scope, body), given(body, receive), send)


async def admitted_or_none(gate: Gate, request: Request, peer: str | None) -> User | None:
    """Return who is calling; None where they are not let in, which the server will say."""
    try:
        return await gate.admit(request.headers, peer)
    except NotAdmitted:
        return None


async def _without(body: bytes, take_out: TakeOut, user: User, found: re.Match[str]) -> bytes:
    """Return a body with the texts of its messages changed. What is no run stays as it is."""
    try:
        run = json.loads(body)
    except ValueError:
        return body
    said = run.get("input") if isinstance(run, dict) else None
    if not isinstance(said, dict) or "messages" not in said:
        return body

    async def changed(part: Any) -> Any:
        """Change every text, in whichever of the accepted shapes a message comes."""
        if isinstance(part, str):
            return await take_out(user, found["thread"], part)
        if isinstance(part, list):
            return [await changed(each) for each in part]
        if isinstance(part, dict):
            return {k: await changed(v) if k in TYPED else v for k, v in part.items()}
        return part

    messages = await changed(said["messages"])
    several = messages if isinstance(messages, list) else [messages]
    run["input"] = {**said, "messages": [_known_again(message) for message in several]}
    return json.dumps(run).encode()


def _known_again(message: Any) -> Any:
    """Return a message with an id: a run that is taken up again says nothing twice."""
    if isinstance(message, str):
        message = {"role": "user", "content": message}
    if isinstance(message, dict) and not message.get("id"):
        return {**message, "id": str(uuid4())}
    return message


def with_length(scope: Scope, body: bytes) -> Scope:
    """Return the scope of the same call with this body."""
    headers = [(k, v) for k, v in scope["headers"] if k != b"content-length"]
    return {**scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}


def given(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body once, and then what the caller does next."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_next() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_next
