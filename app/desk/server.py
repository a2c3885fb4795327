"""The desk on a LangGraph server: each act is a run that waits for the runs before it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx
from langgraph_sdk.client import LangGraphClient
from starlette.types import ASGIApp

from handrail.app.access.acting import ActingTokens
from handrail.app.access.gate import ROLE_HEADER
from handrail.app.access.keep_flow import from_inside
from handrail.app.access.user import User
from handrail.app.desk.protocol import NOT_ALLOWED, NOTHING_ASKED, DeskDown, ThreadGone
from handrail.graph.state import Event
from handrail.store.audit.protocol import Audit

GRAPH = "support"
TIMEOUT_SECONDS = 60.0  # a customer's turn may come first
PASSED_ON = ("authorization", ROLE_HEADER)
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY})


class ServerDesk:
    """Start runs with credentials that the server checks again.

    Those of an act on its owner's thread, where `acting` and `audit` are given and know whose it
    is, else the caller's own.
    """

    def __init__(
        self,
        client: LangGraphClient,
        acting: ActingTokens | None = None,
        audit: Audit | None = None,
    ) -> None:
        self._client = client
        self._acting = acting
        self._audit = audit

    async def act(self, thread_id: str, event: Event, agent: User) -> str | None:
        """Carry out an event; `agent` is whose credentials the client holds. Raises StoreDown."""
        return await self._run(thread_id, agent, input={"messages": [], "event": event})

    async def answer(self, thread_id: str, answer: Any, agent: User) -> str | None:
        """Answer the approval that waits, with the same credentials. Raises StoreDown."""
        return await self._run(thread_id, agent, command={"resume": answer})

    async def _run(self, thread_id: str, agent: User, **given: Any) -> str | None:
        try:
            state = await self._wait(thread_id, agent, given)
        except httpx.HTTPStatusError as problem:
            status = problem.response.status_code
            if status in GONE:
                raise ThreadGone(thread_id) from problem
            if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
                return NOT_ALLOWED
            if status == HTTPStatus.BAD_REQUEST and "command" in given:
                return NOTHING_ASKED  # one server looks whether the thread is interrupted
            raise DeskDown(f"The LangGraph server answered {status}") from problem
        except httpx.HTTPError as problem:
            raise DeskDown("The LangGraph server cannot be reached") from problem
        if not isinstance(state, dict) or "__error__" in state:
            raise DeskDown("The run of the act failed; the server's log says why")
        refused = state.get("refused")
        return str(refused) if refused else None

    async def _wait(self, thread_id: str, agent: User, given: Mapping[str, Any]) -> Any:
        """Return the state after the run. Raises httpx.HTTPError.

        A token of ours is good for a minute: where the clock jumps on its way, it is made anew.
        """
        ours = await self._as_owner(thread_id, agent)
        try:
            return await self._wait_with(ours, thread_id, given)
        except httpx.HTTPStatusError as problem:
            if ours is None or problem.response.status_code != HTTPStatus.UNAUTHORIZED:
                raise
        return await self._wait_with(await self._as_owner(thread_id, agent), thread_id, given)

    async def _wait_with(
        self, credentials: Mapping[str, str] | None, thread_id: str, given: Mapping[str, Any]
    ) -> Any:
        return await self._client.runs.wait(
            thread_id,
            GRAPH,
            **given,
            multitask_strategy="enqueue",
            durability="sync",
            raise_error=False,
            headers=credentials,
        )

    async def _as_owner(self, thread_id: str, agent: User) -> dict[str, str] | None:
        """Return the credentials of this act; None leaves the caller's own."""
        if self._acting is None or self._audit is None:
            return None
        asker = await self._audit.asker(thread_id)
        if asker is None or asker.login is None:
            return None
        return {"authorization": f"Bearer {self._acting.issue(asker.login, agent, thread_id)}"}


def client_for(app: ASGIApp, headers: Mapping[str, str], server_url: str | None) -> LangGraphClient:
    """Return a client with a caller's credentials, to this very server or to another one.

    In process it goes through the server's front door, so that the caller is authenticated.
    """
    inside = from_inside(app)
    transport = None if server_url else httpx.ASGITransport(inside, raise_app_exceptions=False)
    passed = {name: headers[name] for name in PASSED_ON if name in headers}
    return LangGraphClient(
        httpx.AsyncClient(
            base_url=server_url or "http://127.0.0.1",
            transport=transport,
            headers=passed,
            timeout=TIMEOUT_SECONDS,
        )
    )
