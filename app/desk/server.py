"""The desk on a LangGraph server: each act is a run that waits for the runs before it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx
from langgraph_sdk.client import LangGraphClient
from starlette.types import ASGIApp

from handrail.app.access.gate import ROLE_HEADER
from handrail.app.access.user import User
from handrail.app.desk.protocol import NOT_ALLOWED, DeskDown, ThreadGone
from handrail.graph.state import Event

GRAPH = "support"
TIMEOUT_SECONDS = 60.0  # a customer's turn may come first
PASSED_ON = ("authorization", ROLE_HEADER)
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY})


class ServerDesk:
    """Start runs with the caller's own credentials, so that the server checks them again."""

    def __init__(self, client: LangGraphClient) -> None:
        self._client = client

    async def act(self, thread_id: str, event: Event, agent: User) -> str | None:
        """Carry out an event; `agent` is whose credentials the client holds."""
        given: dict[str, Any] = {"messages": [], "event": event}
        try:
            state = await self._client.runs.wait(
                thread_id,
                GRAPH,
                input=given,
                multitask_strategy="enqueue",
                durability="sync",
                raise_error=False,
            )
        except httpx.HTTPStatusError as problem:
            status = problem.response.status_code
            if status in GONE:
                raise ThreadGone(thread_id) from problem
            if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
                return NOT_ALLOWED
            raise DeskDown(f"The LangGraph server answered {status}") from problem
        except httpx.HTTPError as problem:
            raise DeskDown("The LangGraph server cannot be reached") from problem
        if not isinstance(state, dict) or "__error__" in state:
            raise DeskDown("The run of the act failed; the server's log says why")
        refused = state.get("refused")
        return str(refused) if refused else None


def client_for(app: ASGIApp, headers: Mapping[str, str], server_url: str | None) -> LangGraphClient:
    """Return a client with a caller's credentials, to this very server or to another one.

    In process it goes through the server's front door, so that the caller is authenticated.
    """
    transport = None if server_url else httpx.ASGITransport(app, raise_app_exceptions=False)
    passed = {name: headers[name] for name in PASSED_ON if name in headers}
    return LangGraphClient(
        httpx.AsyncClient(
            base_url=server_url or "http://127.0.0.1",
            transport=transport,
            headers=passed,
            timeout=TIMEOUT_SECONDS,
        )
    )
