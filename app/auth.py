"""Who may use the LangGraph server, and for what. langgraph.json names `auth`.

It is called by two servers: langgraph-api fills the parameters by their names, Aegra gives the
headers and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from langgraph_sdk import Auth

from handrail.app.access.doors import is_ours, open_to_customers
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
    where = scope or {}
    path = str(where.get("path", "")).removeprefix(str(where.get("root_path") or ""))
    try:
        user = await admitted(headers, (where.get("client") or (None,))[0])
    except NotAdmitted as problem:
        if is_ours(path):
            return NOBODY.facts()
        raise Auth.exceptions.HTTPException(status_code=401, detail=problem.detail) from problem
    except (NotConfigured, BadSecret) as problem:
        raise Auth.exceptions.HTTPException(status_code=401, detail=str(problem)) from problem
    method = str(where.get("method", "GET"))
    if path and user.role == "customer" and not open_to_customers(method, path):
        raise Auth.exceptions.HTTPException(
            status_code=403, detail=f"Customers may not {method} {path}."
        )
    return user.facts()


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
