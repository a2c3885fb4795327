"""Who may use the LangGraph server, and for what. langgraph.json names `auth`.

It is called by two servers: langgraph-api fills the parameters by their names, Aegra gives the
headers and nothing else, so that the rest comes from where the call arrived.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from langgraph_sdk import Auth

from handrail.app.access.arriving import ARRIVING, Arrival, arrival_in
from handrail.app.access.doors import is_ours, open_to_act, open_to_agents, open_to_customers
from handrail.app.access.gate import NotAdmitted, NotConfigured, shared_gate
from handrail.app.access.rules import Forbidden, Verdict, decide
from handrail.app.access.tokens import BadSecret
from handrail.app.access.user import NOBODY, User, user_of

auth = Auth()


@auth.authenticate
async def authenticate(
    headers: Mapping[Any, Any], scope: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the facts about who is calling. Raises HTTPException 401 or 403."""
    arrival = arrival_in(scope) if scope else ARRIVING.get() or Arrival("", "", None)
    try:
        user = await admitted(headers, arrival.peer)
    except NotAdmitted as problem:
        if is_ours(arrival.path):
            return NOBODY.facts()
        raise Auth.exceptions.HTTPException(status_code=401, detail=problem.detail) from problem
    except (NotConfigured, BadSecret) as problem:
        raise Auth.exceptions.HTTPException(status_code=401, detail=str(problem)) from problem
    if not may_pass(user, arrival):
        raise Auth.exceptions.HTTPException(
            status_code=403, detail=f"You may not {arrival.method} {arrival.path}."
        )
    return user.facts()


def may_pass(user: User, arrival: Arrival) -> bool:
    """Tell whether somebody may use a route at all; a server that hides it from us lets nobody in.

    What they may do there is decided by `authorize`.
    """
    if user.thread is not None:
        return open_to_act(user.thread, arrival.method, arrival.path)
    if user.role == "agent":
        return open_to_agents(arrival.method, arrival.path)
    return user.role != "customer" or open_to_customers(arrival.method, arrival.path)


@auth.on
async def authorize(ctx: Auth.types.AuthContext, value: Any) -> Verdict:
    """Decide what the caller may do. Raises HTTPException 403."""
    try:
        return decide(user_of(ctx.user), ctx.resource, ctx.action, value)
    except Forbidden as problem:
        raise Auth.exceptions.HTTPException(status_code=403, detail=str(problem)) from problem


async def admitted(headers: Mapping[Any, Any], peer: str | None) -> User:
    """Return who is calling. Raises NotAdmitted, NotConfigured or BadSecret."""
    gate = await asyncio.to_thread(shared_gate)
    plain = {_plain(name).lower(): _plain(value) for name, value in headers.items()}
    return await gate.admit(plain, peer)


def _plain(part: Any) -> str:
    return part.decode("latin-1") if isinstance(part, bytes) else str(part)
